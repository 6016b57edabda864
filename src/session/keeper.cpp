#include "session/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "os/child.h"
#include "os/packet.h"

namespace session {
namespace {

using protocol::Answer;
using protocol::Request;
using protocol::Verb;

constexpr auto answer_patience = std::chrono::seconds(10);  // a keeper answers in microseconds

// Through the directory's descriptor: any length of path fits, and no other directory can slip in
// between.
sockaddr_un address_in(const os::Dir& run) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const auto path = cat("/proc/self/fd/", run.fd(), "/", protocol::socket_file);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

std::string shown(const os::Dir& run) { return cat(run.path(), "/", protocol::socket_file); }

Result<UniqueFd> make_socket(const os::Dir& run) {
    UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (!fd) return Error::os(errno, "socket", shown(run));
    return fd;
}

// One packet and the descriptor that may come with it.
struct Packet {
    Answer answer = {};
    UniqueFd fd = UniqueFd();
    ssize_t size = 0;
};

Result<Packet> receive_packet(int from) {
    Packet packet;
    iovec text = {&packet.answer, sizeof packet.answer};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message = {};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    do packet.size = ::recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    while (packet.size < 0 && errno == EINTR);
    if (packet.size < 0 && errno != ECONNRESET) return Error::os(errno, "receive", "keeper");
    if (packet.size <= 0) return Error{Kind::missing, "the keeper has ended"};
    packet.fd = os::carried_by(message);
    if (packet.size != sizeof packet.answer || packet.answer.version != protocol::version)
        return Error{Kind::unsupported,
                     "the keeper speaks another version of the protocol; restart the WPAR, or "
                     "install the version of Corral it was started with"};
    return packet;
}

/// False when the patience ended; a signal is Kind::interrupted.
Result<bool> readable(int fd, std::chrono::milliseconds patience) {
    pollfd watched = {fd, POLLIN, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(patience.count()));
    if (ready < 0) return Error::os(errno, "poll", "keeper");
    return ready > 0;
}

KeeperState state_of(Packet packet) {
    const auto& answer = packet.answer;
    KeeperState state;
    state.version = answer.version;
    state.keeper = answer.keeper_pid;
    state.init.pid = answer.init_pid;
    state.init.start = answer.init_start;
    state.has_init = (answer.flags & protocol::has_init) != 0;
    state.adopted = (answer.flags & protocol::adopted) != 0;
    state.stops = (answer.flags & protocol::stops) != 0;
    state.end = answer.end;
    if (answer.wait_status >= 0) state.wait_status = answer.wait_status;
    state.pidfd = std::move(packet.fd);
    return state;
}

Error refused(Verb verb, int number) {
    if (verb == Verb::stopping && number == EBUSY)
        return {Kind::busy, "another operation is stopping the WPAR", number, {}};
    if (verb == Verb::describe && number == ESRCH)
        return {Kind::missing, "no process of the WPAR runs", number, {}};
    if (verb == Verb::upgrade && number == EBUSY)
        return {Kind::busy, "the WPAR is being stopped", number, {}};
    return Error::os(number, "keeper", "request");
}

Result<void> keep_across_exec(const KeeperPlan& plan) {
    for (const int fd : {plan.run_fd, plan.lock_fd, plan.socket_fd, plan.console_fd, plan.pidfd,
                         plan.oom_fd, plan.oom_event_fd}) {
        if (fd < 0) continue;
        if (fd < 3) return Error{Kind::invalid, "a keeper's descriptor is one of 0, 1, 2"};
        if (::fcntl(fd, F_SETFD, 0) != 0) return Error::os(errno, "fcntl", cat("descriptor ", fd));
    }
    return {};
}

}  // namespace

Result<UniqueFd> listen_control(const os::Dir& run) {
    auto fd = TRY(make_socket(run));
    const auto address = address_in(run);
    if (::unlinkat(run.fd(), protocol::socket_file, 0) != 0 && errno != ENOENT)
        return Error::os(errno, "unlink", shown(run));
    if (::fchmod(fd.get(), 0600) != 0) return Error::os(errno, "chmod", shown(run));
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return Error::os(errno, "bind", shown(run));
    if (::listen(fd.get(), 64) != 0) return Error::os(errno, "listen", shown(run));
    return fd;
}

std::vector<std::string> keeper_arguments(const KeeperPlan& plan) {
    std::vector<std::string> row = {plan.program, "--name", plan.name};
    const auto add_fd = [&row](const char* option, int fd) {
        if (fd < 0) return;
        row.emplace_back(option);
        row.push_back(cat(fd));
    };
    add_fd("--run-fd", plan.run_fd);
    add_fd("--lock-fd", plan.lock_fd);
    add_fd("--socket-fd", plan.socket_fd);
    add_fd("--console-fd", plan.console_fd);
    add_fd("--pidfd", plan.pidfd);
    add_fd("--oom-fd", plan.oom_fd);
    add_fd("--oom-event-fd", plan.oom_event_fd);
    row.insert(row.end(), {"--init-pid", cat(plan.init.pid), "--init-start", cat(plan.init.start)});
    if (plan.adopt) row.emplace_back("--adopt");
    row.insert(row.end(), {"--", plan.corral});
    return row;
}

Error become_keeper(const KeeperPlan& plan) {
    if (const auto kept = keep_across_exec(plan); !kept) return kept.error();
    const auto words = keeper_arguments(plan);
    char* const no_environment[] = {nullptr};
    ::execve(plan.program.c_str(), os::pointers(words).data(), no_environment);
    return Error::os(errno, "execute", plan.program)
        .within("keeper")
        .explained_by(checks::programs);
}

Result<KeeperLink> KeeperLink::connect(const os::Dir& run) {
    auto fd = TRY(make_socket(run));
    const auto address = address_in(run);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return KeeperLink(std::move(fd));
    if (errno == ECONNREFUSED || errno == ENOENT)
        return Error{Kind::missing, cat("no keeper listens at '", shown(run), "'")};
    return Error::os(errno, "connect", shown(run));
}

Result<void> KeeperLink::send(Verb verb) {
    Request request;
    request.verb = verb;
    if (::send(fd_.get(), &request, sizeof request, MSG_NOSIGNAL) == sizeof request) return {};
    if (errno == EPIPE || errno == ECONNRESET) return Error{Kind::missing, "the keeper has ended"};
    return Error::os(errno, "send", "keeper");
}

Result<void> KeeperLink::watch_memory(int counter, int event) {
    Request request;
    request.verb = Verb::memory;
    const int fds[2] = {counter, event};
    const std::size_t size = sizeof(int) * (event < 0 ? 1 : 2);
    iovec text = {&request, sizeof request};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof fds)] = {};
    msghdr message = {};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(size);
    auto* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(header), fds, size);
    if (::sendmsg(fd_.get(), &message, MSG_NOSIGNAL) != sizeof request)
        return Error::os(errno, "send", "keeper");
    const auto answered = answer_to(Verb::memory);
    if (!answered) return answered.error();
    return {};
}

Result<KeeperState> KeeperLink::ask(Verb verb) {
    TRY(send(verb));
    return answer_to(verb);
}

Result<KeeperState> KeeperLink::answer_to(Verb verb) {
    if (!TRY(readable(fd_.get(), answer_patience)))
        return Error{Kind::busy, cat("the keeper does not answer within ", answer_patience.count(),
                                     " s; is it stopped?")};
    auto packet = TRY(receive_packet(fd_.get()));
    if (packet.answer.error != 0) return refused(verb, packet.answer.error);
    return state_of(std::move(packet));
}

Result<void> KeeperLink::drop_answer(Verb verb) {
    const auto answered = ask(verb);
    if (!answered) return answered.error();
    return {};
}

Result<std::optional<KeeperState>> KeeperLink::wait_end(std::chrono::milliseconds patience) {
    if (!TRY(readable(fd_.get(), patience))) return std::optional<KeeperState>();
    return std::optional<KeeperState>(state_of(TRY(receive_packet(fd_.get()))));
}

Result<void> KeeperLink::wait_closed() {
    char nothing = 0;
    if (!TRY(readable(fd_.get(), answer_patience)) || ::recv(fd_.get(), &nothing, 1, 0) > 0)
        return Error{Kind::busy, "the keeper does not end"};
    return {};
}

Result<void> KeeperLink::finished() {
    const auto answered = ask(Verb::finished);
    if (!answered && answered.error().kind == Kind::missing) return {};
    if (!answered) return answered.error();
    return wait_closed();
}

Result<KeeperState> upgrade_keeper(const os::Dir& run) {
    auto link = TRY(KeeperLink::connect(run));
    const auto refusal = link.ask(Verb::upgrade);
    if (!refusal && refusal.error().kind != Kind::missing) return refusal.error();
    auto again = TRY(KeeperLink::connect(run));
    return again.ping();
}

}  // namespace session
