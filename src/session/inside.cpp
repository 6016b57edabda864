#include "session/inside.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>

#include "os/child.h"
#include "session/account.h"
#include "session/handshake.h"
#include "session/login.h"
#include "session/path.h"
#include "session/record.h"
#include "session/relay.h"
#include "session/terminal.h"

namespace session {
namespace {

constexpr std::size_t motd_limit = 64 << 10;

Result<void> join_old_group(int group) {
    const UniqueFd procs(::openat(group, "cgroup.procs", O_WRONLY | O_CLOEXEC));
    if (procs && ::write(procs.get(), "0", 1) == 1) return {};
    return Error::os(errno, "join", "cgroup v1");
}

// Global root may raise a limit, root inside may not; what fails here is reported when the
// confinement sets it again.
void prepare_limits(const os::Confinement& confinement) {
    for (const auto& limit : confinement.limits) {
        const rlimit64 wanted = {limit.soft, limit.hard};
        (void)::prlimit64(0, static_cast<__rlimit_resource>(limit.resource), &wanted, nullptr);
    }
}

// A change of ids sets this to what fs.suid_dumpable says; nobody inside may look into us before
// execve.
void hide() { (void)::prctl(PR_SET_DUMPABLE, 0); }

Result<void> become(const Account& account) {
    if (::setgroups(account.groups.size(), account.groups.data()) != 0 ||
        ::setresgid(account.gid, account.gid, account.gid) != 0 ||
        ::setresuid(account.uid, account.uid, account.uid) != 0)
        return Error::os(errno, "set ids", account.name)
            .within(
                "the WPAR's accounts may only use ids below 65536, and -S must leave root the "
                "right to change its user");
    hide();
    return {};
}

void print(int to, std::string_view text) {
    while (!text.empty()) {
        const auto put = ::write(to, text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return;  // a terminal that is gone: the shell will notice
        text.remove_prefix(static_cast<std::size_t>(put));
    }
}

void enter_home(const Account& account) {
    const auto home = open_inside(account.home.c_str(), O_PATH | O_DIRECTORY);
    if (home && ::fchdir(home.get()) == 0) return;
    print(2, cat("clogin: warning: cannot change directory to ", account.home, "\n"));
    (void)!::chdir("/");
}

// What login(1) shows, unless the user does not want it.
void greet(const os::Dir& root, const std::string& last) {
    if (::access(".hushlogin", F_OK) == 0) return;
    if (const auto motd = root.read("etc/motd", motd_limit)) print(1, *motd);
    if (!last.empty()) print(1, cat(last, "\n"));
}

void try_run(const Invocation& call) {
    ::execve(call.program.c_str(), os::pointers(call.arguments).data(),
             os::pointers(call.environment).data());
}

// The WPAR's own locale, and what the caller adds to it.
std::vector<std::string> environment_of(const os::Dir& root, const Entry& entry) {
    std::vector<std::string> environment;
    for (const char* name : {"etc/default/locale", "etc/locale.conf"})
        if (const auto text = root.read(name)) {
            environment = locale_of(*text);
            break;
        }
    environment.insert(environment.end(), entry.environment.begin(), entry.environment.end());
    return environment;
}

Error run_login(const Account& account, const Entry& entry,
                const std::vector<std::string>& environment) {
    if (entry.ask_password) {
        const auto su = plan_password_login(entry.user, entry.command, environment).shell;
        try_run(su);
        return Error::os(errno, "execute", su.program);
    }
    const auto login = plan_login(account, entry.command, environment);
    if (login.direct) try_run(*login.direct);  // the shell explains what is wrong with it
    try_run(login.shell);
    const int number = errno;
    if (account.uid == 0) {  // a WPAR whose shell is broken is repaired through here
        auto plain = account;
        plain.shell = "/bin/sh";
        try_run(plan_login(plain, entry.command, environment).shell);
    }
    return Error::os(number, "execute", account.shell)
        .within(cat("shell of user '", printable(account.name), "'"));
}

// The session dies with its caller: through its terminal, or else by this signal.
Result<void> bind_to_caller(int link) {
    if (::prctl(PR_SET_PDEATHSIG, SIGHUP) != 0) return Error::os(errno, "prctl", "pdeathsig");
    pollfd gone = {link, 0, 0};
    if (::poll(&gone, 1, 0) > 0) ::_exit(129);  // it died before the signal was ordered
    return {};
}

class Inside {
  public:
    Inside(const Entry& entry, const Streams& streams, int link)
        : entry_(entry), streams_(streams), link_(link) {}

    // Comes back only when it fails.
    Result<void> run() {
        Signals::reset();  // from now on the caller's ^C ends us wherever the WPAR may hold us up
        ::setsid();
        TRY(join(entry_));
        TRY(close_others(streams_, link_));
        const auto root = TRY(os::Dir::open("/"));
        const auto user = TRY(read_account(root, entry_.user));
        const auto account = entry_.ask_password ? nobody() : user;
        const auto environment = environment_of(root, entry_);
        // su does not greet, and who has not given a password yet has not logged in
        const bool login = streams_.has_terminal() && !entry_.command && !entry_.ask_password;
        std::string last;
        if (streams_.has_terminal()) TRY(open_terminal(account));
        if (login) last = record_login(root, record_of(account));
        TRY(place_streams(streams_, slave_.get(), account.uid));
        TRY(become(account));
        ::umask(022);
        enter_home(account);
        if (login) greet(root, last);
        if (!streams_.has_terminal()) TRY(bind_to_caller(link_));
        if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
            return Error::os(errno, "close_range", "");
        return run_login(account, entry_, environment);
    }

  private:
    Result<void> open_terminal(const Account& account) {
        auto pty = TRY(open_pty(0, account.uid));
        if (::ioctl(pty.slave.get(), TIOCSCTTY, 0) != 0)
            return Error::os(errno, "ioctl", "controlling terminal");
        TRY(tell_terminal(link_, pty.master.get(), pty.line));
        slave_ = std::move(pty.slave);
        line_ = pty.line;
        return {};
    }
    LoginRecord record_of(const Account& account) const {
        return {.user = account.name,
                .uid = account.uid,
                .line = line_,
                .from = entry_.from,
                .pid = ::getpid()};
    }

    const Entry& entry_;
    const Streams& streams_;
    int link_;
    UniqueFd slave_ = UniqueFd();
    std::string line_ = {};
};

}  // namespace

Result<void> join(const Entry& entry) {
    for (const int group : entry.old_groups) TRY(join_old_group(group));
    prepare_limits(entry.confinement);
    int spaces = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP;
    if (entry.confinement.own_users) spaces |= CLONE_NEWUSER;
    // one that was restarted has clocks of its own; a kernel without such namespaces refuses the word
    const bool joined = ::setns(entry.init, spaces | CLONE_NEWTIME) == 0 ||
                        (errno == EINVAL && ::setns(entry.init, spaces) == 0);
    if (!joined) {
        if (errno == ESRCH) return Error{Kind::missing, "the WPAR has ended"};
        return Error::os(errno, "setns", "namespaces of init");
    }
    hide();
    TRY(become({.name = "root", .groups = {0}}));
    return os::confine(entry.confinement);
}

void become_session(const Entry& entry, const Streams& streams, int link) noexcept {
    try {
        const auto failed = Inside(entry, streams, link).run();
        tell_failure(link, failed.error());
    } catch (const std::exception& thrown) {
        tell_failure(link, {Kind::full, thrown.what()});
    }
    ::_exit(127);  // the child never returns into code that belongs to the caller
}

void become_logout(const Entry& entry, const std::string& line) noexcept {
    try {
        if (join(entry) && ::close_range(3, ~0U, 0) == 0) {
            if (const auto root = os::Dir::open("/"))
                record_logout(*root, {.line = line, .pid = ::getpid()});
        }
    } catch (const std::exception&) {
        // no memory for a record: none is written
    }
    ::_exit(0);
}

}  // namespace session
