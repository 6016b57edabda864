#include "launch/nfs.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "os/namespace.h"
#include "os/packet.h"
#include "os/process.h"

namespace launch {
namespace {

Result<std::string> server_of(const std::string& source) {
    const bool bracketed = source.starts_with('[');
    const auto end = bracketed ? source.find("]:/") : source.find(":/");
    if (end == std::string::npos || end == 0)
        return Error{Kind::invalid, cat("NFS source '", printable(source), "' is not HOST:/PATH")};
    return bracketed ? source.substr(1, end - 1) : source.substr(0, end);
}

bool is_address(const std::string& text) {
    unsigned char bytes[16];
    return ::inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

Result<std::string> resolve(const std::string& server) {
    if (is_address(server)) return server;
    const auto found = TRY(os::run({.arguments = {"getent", "ahosts", "--", server}}));
    const auto parts = words(found.output);
    if (found.status != 0 || parts.empty() || !is_address(parts.front()))
        return Error{Kind::missing, cat("NFS server '", printable(server), "' has no address")};
    return parts.front();
}

bool has_option(const std::string& options, std::string_view beginning) {
    const auto all = split(options, ',');
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& one) { return one.starts_with(beginning); });
}

[[noreturn]] void mount_and_tell(const os::SuperblockCall& call, int told) {
    const auto mount = os::mount_detached(call);
    if (!mount) os::send_error(told, mount.error());
    if (mount)
        (void)os::send_packet(told, {.what = 1, .carried = mount->get()});  // or nobody waits
    ::_exit(0);
}

Error no_answer(const os::SuperblockCall& call, std::chrono::milliseconds patience) {
    return {Kind::busy,
            cat("the NFS server of '", printable(call.source), "' does not answer within ",
                patience.count() / 1000, " seconds; look whether it is up, and reached from here")};
}

Error explained(Error error, const os::SuperblockCall& call) {
    const auto source = printable(call.source);
    switch (error.os_number) {
        case ENODEV:
            error.text += "; load the kernel's NFS client: modprobe nfs";
            break;
        case EACCES:
        case EPERM:
            error.text += cat("; the server exports '", source, "' to others, or not at all");
            break;
        case ENOENT:
            error.text += cat("; the server exports no '", source, "'");
            break;
        case ECONNREFUSED:
        case EHOSTUNREACH:
        case ENETUNREACH:
        case ETIMEDOUT:
            error.text += "; look whether the server is up, and reached from here";
            break;
        default:
            break;
    }
    return error;
}

// A process that waits for a dead server ends by a signal, but perhaps not at once.
void end(const os::Cloned& child) {
    (void)os::signal(child.pidfd.get(), SIGKILL);
    const auto ended = os::wait_end(child.pidfd.get(), std::chrono::seconds(2));
    (void)::waitpid(child.pid, nullptr, ended && *ended ? 0 : WNOHANG);
}

}  // namespace

Result<UniqueFd> mount_nfs(const os::SuperblockCall& call, std::chrono::milliseconds patience) {
    auto ends = TRY(os::make_packet_ends());
    const auto child = TRY(os::clone_process({}));
    if (child.pid == 0) mount_and_tell(call, ends.other.get());
    ends.other = UniqueFd();
    pollfd answer = {ends.one.get(), POLLIN, 0};
    const int got = ::poll(&answer, 1, static_cast<int>(patience.count()));
    const int number = errno;
    if (got <= 0) end(child);
    if (got < 0) return Error::os(number, "wait for", call.source);
    if (got == 0) return no_answer(call, patience);
    auto told = os::receive_packet(ends.one.get());
    end(child);
    if (!told) return told.error();
    if (!*told) return Error{Kind::other, cat("mounting '", call.source, "' was killed")};
    if ((*told)->error) return explained(*(*told)->error, call);
    return std::move((*told)->carried);
}

bool is_nfs(std::string_view type) { return type == "nfs" || type == "nfs4"; }

Result<std::string> nfs_options(const std::string& source, const std::string& options) {
    auto all = options;
    const auto add = [&](const std::string& option) { all += cat(all.empty() ? "" : ",", option); };
    if (!has_option(options, "addr=")) {
        const auto server = TRY(server_of(source));
        add(cat("addr=", TRY(resolve(server))));
    }
    if (!has_option(options, "vers=") && !has_option(options, "nfsvers=")) add("vers=4.2");
    return all;
}

}  // namespace launch
