// Logins into a small real WPAR: all namespaces, a root on tmpfs with the global /usr, a pty
// instance of its own.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "os/dir.h"
#include "os/idmap.h"
#include "os/process.h"
#include "session/enter.h"

namespace session {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

#define ASSERT_OK(expression)                                    \
    do {                                                         \
        const auto& done_ = (expression);                        \
        ASSERT_TRUE(done_) << (done_ ? "" : done_.error().text); \
    } while (false)

#define MUST(call)           \
    do {                     \
        if ((call) < 0) {    \
            ::perror(#call); \
            ::_exit(1);      \
        }                    \
    } while (false)

void put(const char* path, const std::string& text, mode_t mode = 0644) {
    const int fd = ::open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    MUST(fd);
    MUST(::write(fd, text.data(), text.size()));
    ::close(fd);
}

constexpr char accounts[] =
    "root:x:0:0:root:/root:/bin/bash\n"
    "web:x:1000:1001::/home/web:/bin/sh\n"
    "noshell:x:1002:1002::/home/none:/no/such/shell\n"
    "toobig:x:70000:70000::/:/bin/sh\n";

void make_devices() {
    MUST(::mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=755"));
    put("dev/null", "", 0666);
    MUST(::mount("/dev/null", "dev/null", nullptr, MS_BIND, nullptr));
    MUST(::mkdir("dev/pts", 0755));
    MUST(::mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
                 "newinstance,ptmxmode=0666,mode=620,gid=5"));
    MUST(::symlink("pts/ptmx", "dev/ptmx"));
}

void make_files() {
    put("etc/passwd", accounts);
    put("etc/group", "root:x:0:\nadm:x:4:web\nweb:x:1001:\n");
    put("etc/motd", "Welcome to web1\n");
    put("var/log/lastlog", "");
    put("var/log/wtmp", "");
    put("run/utmp", "");
}

// The WPAR's init: makes its root as launch would, then waits.
[[noreturn]] void be_init(const std::string& top, int ready, int go) {
    char byte = 0;
    MUST(::read(go, &byte, 1));
    MUST(::setresgid(0, 0, 0));
    MUST(::setresuid(0, 0, 0));
    MUST(::mount("tmpfs", top.c_str(), "tmpfs", 0, "mode=755"));
    MUST(::chdir(top.c_str()));
    for (const char* name :
         {"usr", "etc", "dev", "proc", "run", "tmp", "var", "var/log", "root", "home", "home/web"})
        MUST(::mkdir(name, 0755));
    MUST(::chown("home/web", 1000, 1001));
    MUST(::mount("/usr", "usr", nullptr, MS_BIND | MS_REC, nullptr));
    for (const char* name : {"bin", "sbin", "lib", "lib64"})
        MUST(::symlink(cat("usr/", name).c_str(), name));
    MUST(::mount("proc", "proc", "proc", 0, nullptr));
    make_devices();
    make_files();
    MUST(::syscall(SYS_pivot_root, ".", "."));
    MUST(::umount2(".", MNT_DETACH));
    MUST(::sethostname("web1", 4));
    MUST(::write(ready, "r", 1));
    ::signal(SIGCHLD, SIG_IGN);
    ::close_range(0, ~0U, 0);
    for (;;) ::pause();
}

struct Outcome {
    int status = -1;
    std::string output = {};
};

class SessionTest : public ::testing::Test {
  protected:
    std::string top;
    pid_t init_pid = -1;
    UniqueFd init;
    os::Dir root;  // the WPAR's, seen from here
    Entry entry;

    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        char name[] = "/tmp/corral-session.XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        top = name;
        int ready[2];
        int go[2];
        ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
        ASSERT_EQ(::pipe2(go, O_CLOEXEC), 0);
        constexpr unsigned long spaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                         CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP;
        init_pid = static_cast<pid_t>(::syscall(SYS_clone, spaces | SIGCHLD, 0, 0, 0, 0));
        ASSERT_GE(init_pid, 0);
        if (init_pid == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::close(ready[0]);
            be_init(top, ready[1], go[0]);
        }
        entry.confinement.ids = {1000000, 65536};
        ASSERT_OK(os::write_id_maps(init_pid, entry.confinement.ids));
        ::close(ready[1]);
        ::close(go[0]);
        char byte = 0;
        ASSERT_EQ(::write(go[1], "g", 1), 1);
        ASSERT_EQ(::read(ready[0], &byte, 1), 1) << "init failed";
        ::close(ready[0]);
        ::close(go[1]);
        init = *os::pidfd(init_pid);
        root = *os::Dir::open(cat("/proc/", init_pid, "/root"));
        entry.name = "web1";
        entry.init = init.get();
        entry.confinement.own_users = true;
        entry.confinement.capabilities = (1ULL << 40) - 1;
    }
    void TearDown() override {
        if (init_pid > 0) {
            (void)::kill(init_pid, SIGKILL);
            (void)::waitpid(init_pid, nullptr, 0);
        }
        if (top.empty()) return;
        EXPECT_TRUE(os::remove_tree(top));
    }

    // In a process of its own, since a session's caller has one thread and three descriptors to
    // give.
    pid_t fork_login(int in, int out, int err) const {
        const pid_t caller = ::fork();
        if (caller != 0) return caller;
        ::dup2(in, 0);
        ::dup2(out, 1);
        ::dup2(err, 2);
        const auto status = enter(entry);
        if (!status) ::dprintf(err, "error: %s\n", status.error().text.c_str());
        ::_exit(status ? *status : 255);
    }
    static int wait_status(pid_t caller) {
        int status = -1;
        EXPECT_EQ(::waitpid(caller, &status, 0), caller);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    }
    static std::string read_all(int fd) {
        std::string text;
        char block[4096];
        for (ssize_t got = 0; (got = ::read(fd, block, sizeof block)) > 0;)
            text.append(block, static_cast<std::size_t>(got));
        return text;
    }
    // Standard input /dev/null, output and error one pipe.
    Outcome run(const std::string& command) {
        entry.command = command;
        int ends[2];
        EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
        const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
        const pid_t caller = fork_login(null.get(), ends[1], ends[1]);
        ::close(ends[1]);
        Outcome outcome;
        outcome.output = read_all(ends[0]);
        ::close(ends[0]);
        outcome.status = wait_status(caller);
        return outcome;
    }
};

TEST_F(SessionTest, RunsACommandInsideAndReturnsItsStatus) {
    EXPECT_EQ(run("hostname; id -u; exit 7").output, "web1\n0\n");
    EXPECT_EQ(run("exit 7").status, 7);
    EXPECT_EQ(run("kill -9 $$").status, 128 + 9);
    EXPECT_EQ(run("/bin/true").status, 0);
    EXPECT_EQ(run("/bin/false").status, 1);
}

TEST_F(SessionTest, ACommandThatIsNotThereIsExplainedByTheShell) {
    const auto missing = run("/no/such/program");
    EXPECT_EQ(missing.status, 127);
    EXPECT_THAT(missing.output, HasSubstr("/no/such/program: No such file"));
}

TEST_F(SessionTest, PlainWordsHaveTheEnvironmentThatTheShellWouldHaveGiven) {
    entry.environment = {"TERM=dumb"};
    auto direct = words(run("/usr/bin/env").output);
    auto shell = words(run("/usr/bin/env;").output);  // a last command: the shell may still exec it
    std::sort(direct.begin(), direct.end());
    std::sort(shell.begin(), shell.end());
    EXPECT_EQ(direct, shell);
}

TEST_F(SessionTest, AnotherUserHasItsIdsGroupsAndHome) {
    entry.user = "web";
    EXPECT_EQ(run("id -u; id -g; id -G; pwd; echo $LOGNAME; umask").output,
              "1000\n1001\n1001 4\n/home/web\nweb\n0022\n");
}

TEST_F(SessionTest, WhatCannotWorkIsAnErrorWithItsReason) {
    entry.user = "nobody-here";
    EXPECT_THAT(run("true").output, HasSubstr("web1: user 'nobody-here' is not in the WPAR"));
    entry.user = "noshell";
    EXPECT_THAT(run("true").output, HasSubstr("/no/such/shell"));
    entry.user = "toobig";
    EXPECT_THAT(run("true").output, HasSubstr("ids below 65536"));
}

TEST_F(SessionTest, RootGetsInWithoutAnyAccount) {
    ASSERT_OK(root.unlink("etc/passwd"));
    EXPECT_EQ(run("id -u").output, "0\n");
    ASSERT_EQ(run("mkfifo /etc/passwd").status, 0);
    EXPECT_EQ(run("id -u").output, "0\n");
}

TEST_F(SessionTest, NothingOfTheGlobalEnvironmentIsOpenInside) {
    const auto listed = run("ls -l /proc/self/fd; cat /proc/self/status");
    EXPECT_THAT(listed.output, Not(HasSubstr("/tmp/corral")));
    EXPECT_THAT(listed.output, HasSubstr("1 -> pipe:"));
    EXPECT_THAT(listed.output, HasSubstr("0 -> /dev/null"));
    EXPECT_THAT(listed.output, Not(HasSubstr("4 -> ")));  // 3 is ls's own
    EXPECT_THAT(listed.output, HasSubstr("SigBlk:\t0000000000000000"));
    EXPECT_THAT(listed.output, HasSubstr("SigIgn:\t0000000000000000"));
}

TEST_F(SessionTest, NoDescriptorIsAWayOut) {
    // as an administrator's shell might leave one open, and as the cgroup's is
    const UniqueFd outside(::open(top.c_str(), O_RDONLY | O_DIRECTORY));
    ASSERT_OK(os::replace_file(
        {.path = top + "/evil", .text = "#!/bin/sh\necho escaped\n", .mode = 0755}));
    ASSERT_EQ(::chmod(top.c_str(), 0755), 0);
    for (int fd = 0; fd < 16; ++fd) {
        const auto text = cat("root:x:0:0::/proc/self/fd/", fd, ":/bin/sh\n");
        entry.user = "root";
        ASSERT_EQ(run(cat("printf '", text, "' > /etc/passwd")).status, 0);
        const auto home = run("pwd -P; ls");
        EXPECT_THAT(home.output,
                    AllOf(HasSubstr("cannot change directory"), Not(HasSubstr("evil"))))
            << fd;
        ASSERT_EQ(run(cat("printf '#!/proc/self/fd/", fd,
                          "/evil' > /root/shell; chmod 755 "
                          "/root/shell; printf 'web:x:0:0::/:/root/shell' >> /etc/passwd"))
                      .status,
                  0);
        entry.user = "web";
        EXPECT_THAT(run("true").output, Not(HasSubstr("escaped"))) << fd;
    }
}

TEST_F(SessionTest, ARelayedOutputCanBeOpenedByItsName) {
    const UniqueFd out(::open(top.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    entry.user = "web";
    entry.command = "echo hello > /proc/self/fd/1";
    EXPECT_EQ(wait_status(fork_login(null.get(), out.get(), out.get())), 0);
    ASSERT_EQ(::lseek(out.get(), 0, SEEK_SET), 0);
    EXPECT_EQ(read_all(out.get()), "hello\n");
}

TEST_F(SessionTest, TheConfinementIsOnTheSession) {
    entry.confinement.capabilities = 1ULL << 7 | 1ULL << 6;  // setuid, setgid
    // sync(2) fails with EPERM: any filter will do
    entry.confinement.filter = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
                                {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_sync},
                                {BPF_RET | BPF_K, 0, 0, 0x00050001},
                                {BPF_RET | BPF_K, 0, 0, 0x7fff0000}};
    entry.confinement.limits = {{RLIMIT_NOFILE, 100, 200}};
    const auto shown = run("grep -E 'Cap|Seccomp:|NoNew' /proc/self/status; ulimit -n; ulimit -Hn");
    EXPECT_THAT(shown.output, HasSubstr("CapInh:\t0000000000000000"));
    EXPECT_THAT(shown.output, HasSubstr("CapPrm:\t00000000000000c0"));
    EXPECT_THAT(shown.output, HasSubstr("CapBnd:\t00000000000000c0"));
    EXPECT_THAT(shown.output, HasSubstr("NoNewPrivs:\t0"));
    EXPECT_THAT(shown.output, HasSubstr("Seccomp:\t2"));
    EXPECT_THAT(shown.output, EndsWith("100\n200\n"));
}

TEST_F(SessionTest, TheNullDeviceOfTheWparIsNotTrusted) {
    const auto swapped = run("umount -l /dev/null && echo treasure > /dev/null; wc -c < /dev/null");
    EXPECT_THAT(swapped.output, EndsWith("9\n"));
    EXPECT_EQ(run("wc -c").output, "0\n");  // its input is empty all the same
}

TEST_F(SessionTest, FilesAreRelayedAndNotHandedInside) {
    const UniqueFd file(::open(top.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    const UniqueFd out(::open(top.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    std::string big(3 << 20, 'x');
    ASSERT_EQ(::write(file.get(), big.data(), big.size()), (ssize_t)big.size());
    ASSERT_EQ(::lseek(file.get(), 0, SEEK_SET), 0);
    entry.command = "readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 >&2; cat";
    ASSERT_EQ(wait_status(fork_login(file.get(), out.get(), out.get())), 0);
    ASSERT_EQ(::lseek(out.get(), 0, SEEK_SET), 0);
    const auto text = read_all(out.get());
    EXPECT_THAT(text.substr(0, 100), AllOf(HasSubstr("pipe:["), Not(HasSubstr("corral"))));
    EXPECT_THAT(text, EndsWith(big));
}

TEST_F(SessionTest, AReaderThatStopsEndsTheRelay) {
    const UniqueFd file(::open("/usr/bin/bash", O_RDONLY | O_CLOEXEC));
    entry.command = "head -c 4";
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t caller = fork_login(file.get(), ends[1], ends[1]);
    ::close(ends[1]);
    EXPECT_EQ(read_all(ends[0]),
              "\x7f"
              "ELF");
    EXPECT_EQ(wait_status(caller), 0);
    ::close(ends[0]);
}

TEST_F(SessionTest, ADaemonThatKeepsTheOutputDoesNotHoldTheCaller) {
    const UniqueFd out(::open(top.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    entry.command = "sleep 100 & echo started";
    EXPECT_EQ(wait_status(fork_login(null.get(), out.get(), out.get())), 0);
    ASSERT_EQ(::lseek(out.get(), 0, SEEK_SET), 0);
    EXPECT_EQ(read_all(out.get()), "started\n");
}

TEST_F(SessionTest, SignalsReachTheCommandAndItsStatusComesBack) {
    entry.command = "trap 'echo got; exit 3' TERM; echo ready; sleep 100 & wait";
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t caller = fork_login(ends[0], ends[1], 2);  // input never ends
    char text[6] = {};
    ASSERT_EQ(::read(ends[0], text, 6), 6);
    ASSERT_EQ(::kill(caller, SIGTERM), 0);
    EXPECT_EQ(wait_status(caller), 3);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_F(SessionTest, ACallerThatIsKilledTakesTheSessionWithIt) {
    entry.command = "echo ready; exec sleep 100";
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const pid_t caller = fork_login(null.get(), ends[1], ends[1]);
    ::close(ends[1]);
    char text[6] = {};
    ASSERT_EQ(::read(ends[0], text, 6), 6);
    ASSERT_EQ(::kill(caller, SIGKILL), 0);
    wait_status(caller);
    EXPECT_EQ(read_all(ends[0]), "");  // ends when the last writer has: the session is gone
    ::close(ends[0]);
}

// A group of the test's own in a hierarchy of the machine's, by what /proc/self/mounts calls it.
class Group {
  public:
    explicit Group(const std::string& mounted_as) {
        const auto mounts = os::read_file("/proc/self/mounts");
        for (const auto& line : split(*mounts, '\n')) {
            const auto parts = words(line);
            if (parts.size() < 4 || !cat(parts[2], " ", parts[3], ",").starts_with(mounted_as) ||
                !path_.empty())
                continue;
            path_ = parts[1] + "/corral-session-test";
        }
        if (path_.empty() || ::mkdir(path_.c_str(), 0755) != 0) return;
        dir_ = UniqueFd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;
    ~Group() {
        if (!dir_) return;
        for (const char* inner : {"/clogin", "/beside"}) (void)::rmdir((path_ + inner).c_str());
        for (int tries = 0; ::rmdir(path_.c_str()) != 0 && tries < 1000; ++tries) ::usleep(1000);
    }
    int fd() const { return dir_.get(); }

  private:
    std::string path_;
    UniqueFd dir_;
};

TEST_F(SessionTest, IsBornInAGroupOfItsOwnBelowTheDelegatedOne) {
    const Group group("cgroup2 ");
    if (group.fd() < 0) GTEST_SKIP() << "no cgroup2 to write to";
    entry.cgroup = group.fd();
    for (int round = 0; round < 2; ++round)
        EXPECT_THAT(run("cat /proc/self/cgroup").output,
                    HasSubstr("0::/corral-session-test/clogin\n"));
}

TEST_F(SessionTest, AGroupThatWasMadeUnusableDoesNotKeepRootOut) {
    const Group group("cgroup2 ");
    if (group.fd() < 0) GTEST_SKIP() << "no cgroup2 to write to";
    // beside a threaded group, a new one is "domain invalid" and takes no process
    ASSERT_EQ(::mkdirat(group.fd(), "beside", 0755), 0);
    const UniqueFd type(::openat(group.fd(), "beside/cgroup.type", O_WRONLY | O_CLOEXEC));
    ASSERT_EQ(::write(type.get(), "threaded", 8), 8);
    entry.cgroup = group.fd();
    EXPECT_THAT(run("cat /proc/self/cgroup").output, HasSubstr("/corral-session-test\n"));
}

TEST_F(SessionTest, JoinsTheGroupsOfOldHierarchies) {
    const Group pids("cgroup rw,relatime,pids");
    if (pids.fd() < 0) GTEST_SKIP() << "no cgroup v1";
    entry.old_groups = {pids.fd()};
    EXPECT_THAT(run("cat /proc/self/cgroup").output, HasSubstr(":pids:/corral-session-test\n"));
}

TEST_F(SessionTest, ManySessionsInARowAreNoTrouble) {
    for (int number = 0; number < 400; ++number) ASSERT_EQ(run("/bin/true").status, 0) << number;
}

TEST_F(SessionTest, AWparThatHasEndedIsMissing) {
    ASSERT_EQ(::kill(init_pid, SIGKILL), 0);
    ASSERT_EQ(::waitpid(init_pid, nullptr, 0), init_pid);
    init_pid = -1;
    root = os::Dir();
    EXPECT_THAT(run("true").output, HasSubstr("web1: the WPAR has ended"));
}

class TerminalTest : public SessionTest {
  protected:
    UniqueFd master;
    UniqueFd slave;
    termios before = {};
    pid_t caller = -1;
    std::string seen;

    void open_terminal() {
        master = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
        ASSERT_EQ(::unlockpt(master.get()), 0);
        slave = UniqueFd(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
        ASSERT_TRUE(slave);
        ASSERT_EQ(::tcgetattr(slave.get(), &before), 0);
        resize(40, 100);
    }
    void resize(unsigned short rows, unsigned short columns) {
        const winsize size = {rows, columns, 0, 0};
        ASSERT_EQ(::ioctl(master.get(), TIOCSWINSZ, &size), 0);
    }
    void login() {
        open_terminal();
        caller = ::fork();
        if (caller == 0) {
            ::setsid();
            master = UniqueFd();  // only the test holds the terminal up
            ::ioctl(slave.get(), TIOCSCTTY, 0);
            ::dup2(slave.get(), 0);
            ::dup2(slave.get(), 1);
            ::dup2(slave.get(), 2);
            const auto status = enter(entry);
            if (!status) ::dprintf(2, "error: %s\n", status.error().text.c_str());
            ::_exit(status ? *status : 255);
        }
    }
    void type(const std::string& text) {
        ASSERT_EQ(::write(master.get(), text.data(), text.size()), (ssize_t)text.size());
    }
    bool wait_for(const std::string& text) {
        while (seen.find(text) == std::string::npos) {
            pollfd watched = {master.get(), POLLIN, 0};
            char block[4096];
            if (::poll(&watched, 1, 10000) <= 0) return false;
            const auto got = ::read(master.get(), block, sizeof block);
            if (got <= 0) return false;
            seen.append(block, static_cast<std::size_t>(got));
        }
        return true;
    }
    bool is_restored() const {
        termios now = {};
        return ::tcgetattr(slave.get(), &now) == 0 && now.c_lflag == before.c_lflag &&
               now.c_iflag == before.c_iflag && now.c_oflag == before.c_oflag;
    }
};

TEST_F(TerminalTest, ALoginHasATerminalOfTheWparsOwn) {
    entry.environment = {"TERM=vt100", "PS1=%% "};
    login();
    type("tty; stty size; echo $TERM:$0; exit 5\n");
    EXPECT_TRUE(wait_for("vt100:-bash")) << seen;
    EXPECT_THAT(seen, AllOf(HasSubstr("Welcome to web1"), HasSubstr("/dev/pts/0\r\n"),
                            HasSubstr("40 100")));
    EXPECT_THAT(seen, Not(HasSubstr("Last login")));
    EXPECT_EQ(wait_status(caller), 5);
    EXPECT_TRUE(is_restored());
    seen.clear();
    login();
    EXPECT_TRUE(wait_for("Last login: ")) << seen;
    EXPECT_TRUE(wait_for(" on /dev/pts/0 from Global\r\n")) << seen;
    type("exit\n");
    EXPECT_EQ(wait_status(caller), 0);
    const auto records = root.read("var/log/wtmp");
    ASSERT_OK(records);
    EXPECT_EQ(records->size(), 4 * sizeof(utmp));
    EXPECT_EQ(root.read("run/utmp")->size(), sizeof(utmp));
}

TEST_F(TerminalTest, KeysAreTheInsideTerminalsBusiness) {
    entry.command =
        "trap 'echo interrupted; stty size; exit 4' INT; echo ready; while :; do sleep 0.05; done";
    login();
    ASSERT_TRUE(wait_for("ready")) << seen;
    type("\x03");
    EXPECT_TRUE(wait_for("interrupted")) << seen;
    EXPECT_TRUE(wait_for("40 100")) << seen;
    EXPECT_EQ(wait_status(caller), 4);
    EXPECT_TRUE(is_restored());
}

TEST_F(TerminalTest, ANewSizeReachesTheInside) {
    entry.command = "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done";
    login();
    ASSERT_TRUE(wait_for("ready")) << seen;
    resize(24, 80);
    EXPECT_TRUE(wait_for("24 80")) << seen;
    EXPECT_EQ(wait_status(caller), 0);
}

TEST_F(TerminalTest, ALostTerminalEndsTheSession) {
    entry.command =
        "trap 'echo > /tmp/hung-up; exit' HUP; echo ready; while :; do sleep 0.05; done";
    login();
    ASSERT_TRUE(wait_for("ready")) << seen;
    master = UniqueFd();
    slave = UniqueFd();
    EXPECT_GE(wait_status(caller), 128);
    for (int tries = 0; tries < 1000 && !root.has("tmp/hung-up"); ++tries) ::usleep(10000);
    EXPECT_TRUE(root.has("tmp/hung-up"));
}

TEST_F(TerminalTest, ATerminatedCallerPutsTheTerminalBack) {
    entry.command = "echo ready; exec sleep 100";
    login();
    ASSERT_TRUE(wait_for("ready")) << seen;
    EXPECT_FALSE(is_restored());
    ASSERT_EQ(::kill(caller, SIGTERM), 0);
    EXPECT_EQ(wait_status(caller), 128 + SIGTERM);
    EXPECT_TRUE(is_restored());
}

TEST_F(TerminalTest, AMillionBytesArriveWhole) {
    entry.command = "stty -opost; yes 123456789 | head -c 1000000; echo the end";
    login();
    EXPECT_TRUE(wait_for("the end"));
    EXPECT_EQ(seen.find("the end"), 1000000U);
    EXPECT_EQ(wait_status(caller), 0);
}

TEST_F(TerminalTest, AFalsePtmxIsRefused) {
    ASSERT_EQ(run("umount /dev/pts; rm /dev/ptmx; mkfifo /dev/ptmx").status, 0);
    entry.command.reset();
    login();
    EXPECT_TRUE(wait_for("error: web1: the WPAR has no usable /dev/pts")) << seen;
    EXPECT_EQ(wait_status(caller), 255);
    EXPECT_TRUE(is_restored());
}

}  // namespace
}  // namespace session
