#include "systemd/scope.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

#include "os/child.h"
#include "os/dir.h"
#include "os/process.h"
#include "systemd/pending.h"

namespace systemd {
namespace {

// scope(1) of libexec: the unit was stopped before it was there
constexpr int stopped_meanwhile = 3;

Result<void> ask(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), CORRAL_SCOPE);
    const auto ended = TRY(os::run({.arguments = std::move(arguments), .own_group = true}));
    if (ended.status == 0) return {};
    if (ended.status == stopped_meanwhile)
        return Error{Kind::interrupted, cat("systemd: ", trim(ended.errors))};
    return Error{Kind::other, cat("systemd: ", trim(ended.errors))};
}

// Dies with us: what it holds must not outlive a command that was killed.
[[noreturn]] void sleep_for_ever(pid_t parent) {
    // what systemd sends stays pending, for was_sent()
    sigset_t all = {};
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    ::setpgid(0, 0);  // out of reach of the terminal's signals
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (::getppid() == parent) ::pause();
    ::_exit(0);
}

}  // namespace

bool is_running() { return os::exists("/run/systemd/system"); }

Result<Scope> Scope::make(const ScopeCall& call) {
    const auto self = ::getpid();
    const auto child = ::fork();
    if (child < 0) return Error::os(errno, "fork", call.unit);
    if (child == 0) sleep_for_ever(self);
    Scope scope(child);
    TRY(ask({"make", call.unit, call.slice, call.description, std::to_string(child)}));
    return scope;
}

bool Scope::was_sent(int signal) const {
    const auto status = os::read_file(cat("/proc/", sleeper_, "/status"));
    return status && is_pending(*status, signal);
}

Scope::~Scope() {
    if (sleeper_ == 0) return;
    (void)::kill(sleeper_,
                 SIGKILL);  // our child, not waited for yet: nobody else can have its number
    (void)os::reap(sleeper_);
}

Result<void> set_properties(const std::string& unit, const std::vector<Property>& properties) {
    std::vector<std::string> arguments = {"set", unit};
    for (const auto& property : properties)
        arguments.push_back(cat(property.name, "=", property.value));
    return ask(std::move(arguments));
}

}  // namespace systemd
