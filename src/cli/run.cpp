#include "cli/run.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>

#include "cli/arguments.h"
#include "cli/terminal.h"
#include "cli/usage.h"

namespace cli {
namespace {

void ignore(int) {}

// In the initial user namespace all ids are mapped to themselves: "0 0 4294967295".
bool in_user_namespace() {
    const int fd = ::open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    std::array<char, 128> text = {};
    const auto size = ::read(fd, text.data(), text.size());
    ::close(fd);
    if (size <= 0) return false;
    const auto ids = words({text.data(), static_cast<std::size_t>(size)});
    return ids != std::vector<std::string>{"0", "0", "4294967295"};
}

Result<void> check_privilege(const Command& command) {
    if (command.needs == Needs::nothing) return {};
    if (::geteuid() != 0)
        return Error{
            Kind::denied, "only root may do this; become root, for example with sudo", EPERM, {}};
    if (in_user_namespace())
        return Error{Kind::denied,
                     "this works in the global environment only; this process lives in a workload "
                     "partition or another container with user ids of its own",
                     EPERM,
                     {}};
    return {};
}

Result<int> act(const Command& command, const Arguments& given, Terminal& terminal) {
    try {
        return command.action(given, terminal);
    } catch (const std::bad_alloc&) {
        return Error{Kind::full, "out of memory", ENOMEM, {}};
    } catch (const std::exception& exception) {
        return Error{Kind::other, cat("internal error: ", exception.what()), 0, {}};
    }
}

int act_verbosely(const Command& command, const Arguments& given, Terminal& terminal) {
    terminal.set_verbose(given.has('v'));
    if (terminal.verbose())
        terminal.line(cat(command.name, ": COMMAND START, ARGS: ", given.text()));
    const auto result = act(command, given, terminal);
    if (!result) terminal.error(result.error());
    const int status = result ? *result : exit_status(result.error());
    if (terminal.verbose())
        terminal.line(cat(command.name, ": Return Status = ", status == 0 ? "SUCCESS" : "FAILURE"));
    return status;
}

}  // namespace

// A handler instead of SIG_IGN: execve resets it, so what we run is not born with SIGPIPE ignored.
void outlive_closed_pipes() {
    struct sigaction action = {};
    action.sa_handler = ignore;
    action.sa_flags = SA_RESTART;
    (void)::sigaction(SIGPIPE, &action, nullptr);  // fails for impossible arguments only
}

int exit_status(const Error& error) { return error.kind == Kind::invalid ? 2 : 1; }

int run(const Command& command, const Invocation& invocation, Terminal& terminal) {
    outlive_closed_pipes();
    const auto given = parse(command, invocation.words);
    int status = 0;
    if (!given) {
        terminal.error(given.error());
        terminal.complain(usage(command, invocation.shown));
        status = exit_status(given.error());
    } else if (given->has("help")) {
        terminal.text(help(command, invocation.shown));
    } else if (given->has("version")) {
        terminal.line(cat(command.name, " (Corral) ", CORRAL_VERSION));
    } else if (const auto allowed = check_privilege(command); !allowed) {
        terminal.error(allowed.error());
        status = exit_status(allowed.error());
    } else {
        status = act_verbosely(command, *given, terminal);
    }
    const auto written = terminal.flush();
    if (written) return status;
    terminal.error(written.error());
    return status == 0 ? 1 : status;
}

}  // namespace cli
