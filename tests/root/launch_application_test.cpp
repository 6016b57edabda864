#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/text.h"
#include "os/confinement.h"
#include "root/launch_fixture.h"

namespace launch {
namespace {

using testing::HasSubstr;
using testing::Not;

class ApplicationWpar : public LaunchTest {
  protected:
    void SetUp() override {
        LaunchTest::SetUp();
        plan_.name = "probe";
        plan_.hostname = "probe";
        plan_.own_network = false;
        plan_.environment = {"PATH=/usr/bin:/bin", "GIVEN=yes"};
        const auto granted = security::application_capabilities();
        plan_.confinement = {
            .capabilities = security::bounding_set(granted),
            .filter = security::default_filter({.application = true, .capabilities = granted})};
    }
    Result<Started> start_script(const std::string& script) {
        plan_.command = {"/bin/sh", "-c", "exec > " + path("out") + " 2>&1\n" + script};
        return start(plan_, hooks_);
    }
    std::string run(const std::string& script) {
        const auto started = start_script(script);
        if (!started) return started.error().text;
        status_ = wait_status(started->pid);
        return text("out");
    }

    Plan plan_;
    Hooks hooks_;
    int status_ = 0;
};

TEST_F(ApplicationWpar, ItsStatusIsTheCommands) {
    (void)run("exit 7");
    ASSERT_TRUE(WIFEXITED(status_));
    EXPECT_EQ(WEXITSTATUS(status_), 7);
    (void)run("kill -KILL $$");
    ASSERT_TRUE(WIFEXITED(status_));
    EXPECT_EQ(WEXITSTATUS(status_), 128 + SIGKILL);
}

TEST_F(ApplicationWpar, ItEndsWhenItsLastProcessDoes) {
    (void)run("(sleep 0.3; echo late; exit 5) & exit 3");
    EXPECT_EQ(text("out"), "late\n");
    EXPECT_EQ(WEXITSTATUS(status_), 3);
}

TEST_F(ApplicationWpar, ACommandThatCannotBeExecutedIsAnError) {
    plan_.command = {"/no/such/program"};
    auto started = start(plan_, hooks_);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, Kind::missing);
    EXPECT_THAT(started.error().text, HasSubstr("'/no/such/program' was not found"));
    plan_.command = {"/etc/passwd"};
    started = start(plan_, hooks_);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, Kind::denied);
    plan_.command = {"vmstat"};
    EXPECT_EQ(start(plan_, hooks_).error().kind, Kind::invalid);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(ApplicationWpar, ItSeesItselfAlone) {
    const auto said = run("echo /proc/[0-9]*; cat /proc/1/comm; uname -n; echo $GIVEN; id -u");
    EXPECT_EQ(said, "/proc/1 /proc/2\nvinit\nprobe\nyes\n0\n");
}

TEST_F(ApplicationWpar, ItInheritsStandardStreamsAndNothingElse) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const int saved = ::dup(1);
    ASSERT_EQ(::dup2(ends[1], 1), 1);
    plan_.command = {"/bin/sh", "-c", "ls /proc/self/fd | wc -l; ls /proc/1/fd | wc -l"};
    const auto started = start(plan_, hooks_);
    ::dup2(saved, 1);
    ::close(saved);
    ::close(ends[1]);
    ASSERT_TRUE(started) << started.error().text;
    (void)wait_status(started->pid);
    char block[64] = {};
    (void)!::read(ends[0], block, sizeof block - 1);
    ::close(ends[0]);
    EXPECT_STREQ(block, "4\n3\n");
}

TEST_F(ApplicationWpar, TheMachineCannotBeChangedFromInside) {
    const auto said =
        run("try() { if \"$@\" >/dev/null 2>&1; then echo \"BROKEN: $*\"; else echo no; fi; }\n"
            "try sh -c 'echo 1 > /proc/sys/kernel/printk'\n"
            "try sh -c 'echo 0 > /sys/kernel/mm/ksm/run'\n"
            "try sh -c 'echo $$ > /sys/fs/cgroup/cgroup.procs'\n"
            "try umount /proc\n"
            "try mount -t tmpfs none /mnt\n"
            "try mknod /dev/sneak b 8 0\n"
            "try ls /dev/kmsg\n"
            "try unshare -U true\n"
            "try unshare -m true\n"
            "try hostname broken\n"
            "try test -s /proc/timer_list\n");
    EXPECT_THAT(said, HasSubstr("no\n"));
    EXPECT_THAT(said, Not(HasSubstr("BROKEN")));
}

TEST_F(ApplicationWpar, EveryProcessHasTheReducedCapabilities) {
    const auto said =
        run("for p in 1 self; do grep -E 'Cap(Prm|Eff|Bnd)' /proc/$p/status | sort -u -k2; done");
    char expected[64];
    std::snprintf(expected, sizeof expected, "%016lx", plan_.confinement.capabilities);
    EXPECT_EQ(said, cat("CapPrm:\t", expected, "\nCapPrm:\t", expected, "\n"));
}

TEST_F(ApplicationWpar, DevicesAreTheListedOnes) {
    const auto said =
        run("ls /dev | tr '\\n' ' '; echo x > /dev/null && head -c1 /dev/urandom | wc -c");
    EXPECT_THAT(
        said,
        HasSubstr("fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero"));
    EXPECT_THAT(said, HasSubstr("1\n"));
    EXPECT_THAT(said, Not(HasSubstr("vda")));
}

TEST_F(ApplicationWpar, IpcIsItsOwnUnlessShared) {
    const auto name = cat("/dev/shm/probe.", ::getpid());
    ASSERT_TRUE(os::replace_file({.path = name, .text = "x"}));
    EXPECT_EQ(run("ls " + name + " >/dev/null 2>&1 || echo private"), "private\n");
    plan_.own_ipc = false;
    EXPECT_EQ(run("ls " + name + " >/dev/null && echo shared"), "shared\n");
    ::unlink(name.c_str());
}

TEST_F(ApplicationWpar, ParametersAreSetInItsNamespacesOnly) {
    const auto before = *os::read_file("/proc/sys/kernel/msgmni");
    plan_.sysctls = {{"kernel.msgmni", "55"}};
    EXPECT_EQ(run("cat /proc/sys/kernel/msgmni"), "55\n");
    EXPECT_EQ(*os::read_file("/proc/sys/kernel/msgmni"), before);
    plan_.sysctls = {{"net.ipv4.ip_forward", "1"}};  // the network is the machine's
    EXPECT_EQ(start(plan_, hooks_).error().kind, Kind::invalid);
}

TEST_F(ApplicationWpar, SignalsSentToItReachTheCommand) {
    const auto started =
        start_script("trap 'echo term; exit 9' TERM; echo ready; while :; do sleep 0.05; done");
    ASSERT_TRUE(started) << started.error().text;
    while (text("out") != "ready\n") ::usleep(2000);
    ASSERT_TRUE(os::signal(started->pidfd.get(), SIGTERM));
    EXPECT_EQ(WEXITSTATUS(wait_status(started->pid)), 9);
    EXPECT_EQ(text("out"), "ready\nterm\n");
}

TEST_F(ApplicationWpar, ItDiesWithItsParent) {
    ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t parent = ::fork();
    if (parent == 0) {
        const auto started = start_script("while :; do sleep 60; done");
        const pid_t pid = started ? started->pid : -1;
        (void)!::write(ends[1], &pid, sizeof pid);
        ::_exit(0);
    }
    pid_t orphan = -1;
    ASSERT_EQ(::read(ends[0], &orphan, sizeof orphan), static_cast<ssize_t>(sizeof orphan));
    ASSERT_GT(orphan, 0);
    (void)wait_status(parent);
    const int status = wait_status(orphan);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST_F(ApplicationWpar, ItsNetworkIsItsOwnWhenAsked) {
    plan_.own_network = true;
    plan_.sysctls = {{"net.ipv4.ip_forward", "1"}};
    const auto said = run(
        "ls /sys/class/net; cat /proc/sys/net/ipv4/ip_forward; cat /proc/self/cgroup | tail -1");
    EXPECT_EQ(said, "lo\n1\n0::/\n");
}

TEST_F(ApplicationWpar, MountsAndDirectoryAreAsAsked) {
    ASSERT_EQ(::mkdir(path("data").c_str(), 0755), 0);
    ASSERT_EQ(::mkdir(path("place").c_str(), 0755), 0);
    ASSERT_TRUE(os::replace_file({.path = path("data/file"), .text = "seen\n"}));
    plan_.mounts = {{.source = path("data"), .target = path("place"), .read_only = true}};
    plan_.directory = path("place");
    EXPECT_EQ(run("pwd; cat file; touch new 2>/dev/null || echo sealed"),
              cat(path("place"), "\nseen\nsealed\n"));
    EXPECT_FALSE(os::exists(path("place/file")));
    plan_.directory = "/no/such/directory";
    EXPECT_THAT(start(plan_, hooks_).error().text, HasSubstr("/no/such/directory"));
}

}  // namespace
}  // namespace launch
