// The real keeper program around small pid namespaces, in run directories of the test's own.
#include "session/keeper.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/reboot.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "os/dir.h"
#include "os/lock.h"

namespace session {
namespace {

using namespace std::chrono_literals;
using protocol::End;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

#define ASSERT_OK(expression)                                    \
    do {                                                         \
        const auto& done_ = (expression);                        \
        ASSERT_TRUE(done_) << (done_ ? "" : done_.error().text); \
    } while (false)

pid_t clone_with(unsigned long flags) {
    return static_cast<pid_t>(::syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
}

// What plays the WPAR's init: waits for a byte, then does as told.
[[noreturn]] void play_init(int orders) {
    char order = 0;
    if (::read(orders, &order, 1) != 1) order = 'w';
    if (order == 'r')
        ::syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART,
                  nullptr);
    if (order == 'h')
        ::syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF,
                  nullptr);
    if (order == 'x') ::_exit(7);
    for (;;) ::pause();
}

class KeeperTest : public ::testing::Test {
  protected:
    std::string top;
    os::Dir run;
    UniqueFd lock;
    UniqueFd master;
    UniqueFd slave;
    UniqueFd orders;  // to the init
    os::ProcessId init;
    pid_t keeper = -1;

    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
        char name[] = "/tmp/corral-keeper.XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        top = name;
        auto opened = os::Dir::open(top);
        ASSERT_OK(opened);
        run = std::move(*opened);
        ASSERT_OK(
            os::replace_file({.path = top + "/corral",
                              .text = cat("#!/bin/sh\necho \"$@\" >'", top, "/said.new' && mv '",
                                          top, "/said.new' '", top, "/said'\n"),
                              .mode = 0755}));
        master = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
        ASSERT_EQ(::unlockpt(master.get()), 0);
        slave = UniqueFd(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
        ASSERT_TRUE(slave);
        termios raw = {};
        ::tcgetattr(slave.get(), &raw);
        ::cfmakeraw(&raw);
        ::tcsetattr(slave.get(), TCSANOW, &raw);
        lock = UniqueFd(::open((top + "/keeper").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    }
    void TearDown() override {
        if (top.empty()) return;
        if (init.pid > 0) (void)::kill(init.pid, SIGKILL);
        if (keeper > 0) (void)::kill(keeper, SIGKILL);
        while (::waitpid(-1, nullptr, 0) > 0) {
        }
        EXPECT_TRUE(os::remove_tree(top));
    }

    // As startwpar does it: a child starts init and becomes its keeper.
    void start_keeper() {
        int pipe_ends[2];
        int report[2];
        int closed[2];
        ASSERT_EQ(::pipe2(pipe_ends, O_CLOEXEC), 0);
        ASSERT_EQ(::pipe2(report, O_CLOEXEC), 0);
        ASSERT_EQ(::pipe2(closed, O_CLOEXEC), 0);
        auto socket = listen_control(run);
        ASSERT_OK(socket);
        ASSERT_TRUE(*os::try_lock(lock.get(), protocol::keeper_byte));
        ASSERT_TRUE(*os::try_lock(lock.get(), protocol::init_byte));
        keeper = ::fork();
        if (keeper == 0) {
            const pid_t child = clone_with(CLONE_NEWPID);
            if (child == 0) {
                // only orders: a lock's descriptor in here would outlive the keeper
                ::dup2(pipe_ends[0], 0);
                ::close_range(3, ~0U, 0);
                play_init(0);
            }
            // until it has closed what it got: the keeper's descriptors must be the keeper's alone
            char nothing = 0;
            ::close(closed[1]);
            (void)!::read(closed[0], &nothing, 1);
            (void)!::write(report[1], &child, sizeof child);
            const auto start = os::start_time(child);
            const auto error = become_keeper(plan(*socket, {child, *start}, UniqueFd()));
            ::dprintf(2, "%s\n", error.text.c_str());
            ::_exit(126);
        }
        ::close(closed[0]);
        ::close(closed[1]);
        ASSERT_EQ(::read(report[0], &init.pid, sizeof init.pid), (ssize_t)sizeof init.pid);
        init.start = *os::start_time(init.pid);
        orders = UniqueFd(pipe_ends[1]);
        ::close(pipe_ends[0]);
        ::close(report[0]);
        ::close(report[1]);
        lock = UniqueFd(::open((top + "/keeper").c_str(), O_RDWR | O_CLOEXEC));
        master = UniqueFd();
    }
    KeeperPlan plan(const UniqueFd& socket, const os::ProcessId& id, const UniqueFd& pidfd,
                    bool adopt = false) const {
        return {.program = CORRAL_KEEPER,
                .corral = top + "/corral",
                .name = "web1",
                .run_fd = run.fd(),
                .lock_fd = lock.get(),
                .socket_fd = socket.get(),
                .console_fd = master.get(),
                .pidfd = pidfd.get(),
                .init = id,
                .adopt = adopt};
    }
    void order(char what) const { ASSERT_EQ(::write(orders.get(), &what, 1), 1); }
    int wait_keeper() {
        int status = -1;
        EXPECT_EQ(::waitpid(keeper, &status, 0), keeper);
        keeper = -1;
        return status;
    }
    std::string said() const {
        auto text = run.read("said");
        return text ? std::string(trim(*text)) : "";
    }
    void wait_said(const std::string& words) const {
        for (int tries = 0; tries < 30'000 && said() != words; ++tries) ::usleep(1000);
        ASSERT_EQ(said(), words);
    }
    bool locked(off_t byte) const { return os::is_locked(top + "/keeper", byte); }
};

TEST_F(KeeperTest, DescribeHandsOutInitsPidfd) {
    start_keeper();
    auto link = KeeperLink::connect(run);
    ASSERT_OK(link);
    auto state = link->describe();
    ASSERT_OK(state);
    EXPECT_EQ(state->keeper, keeper);
    EXPECT_EQ(state->init.text(), init.text());
    EXPECT_TRUE(state->has_init);
    EXPECT_FALSE(state->adopted);
    EXPECT_TRUE(locked(protocol::keeper_byte) && locked(protocol::init_byte));
    ASSERT_OK(os::signal(state->pidfd.get(), SIGKILL));
    wait_keeper();
    EXPECT_EQ(said(), "--ended web1 died");
    EXPECT_FALSE(locked(protocol::keeper_byte) || locked(protocol::init_byte));
}

TEST_F(KeeperTest, HoldsAWparInWhichNothingRunsYet) {
    auto socket = listen_control(run);
    ASSERT_OK(socket);
    keeper = ::fork();
    if (keeper == 0) {
        const auto error = become_keeper(plan(*socket, {}, UniqueFd()));
        ::dprintf(2, "%s\n", error.text.c_str());
        ::_exit(126);
    }
    auto link = KeeperLink::connect(run);
    ASSERT_OK(link);
    auto state = link->ping();
    ASSERT_OK(state);
    EXPECT_FALSE(state->has_init);
    EXPECT_EQ(link->describe().error().kind, Kind::missing);
    EXPECT_EQ(link->finished().error().kind, Kind::denied);  // not before `stopping`
    ASSERT_OK(link->stopping());
    *socket = UniqueFd();
    ASSERT_OK(link->finished());
    EXPECT_EQ(wait_keeper(), 0);
    EXPECT_EQ(said(), "");
}

TEST_F(KeeperTest, ARebootInsideIsToldFromAHalt) {
    start_keeper();
    order('r');
    EXPECT_EQ(wait_keeper(), 0);
    EXPECT_EQ(said(), "--ended web1 reboot");
}

TEST_F(KeeperTest, APowerOffInsideIsAHalt) {
    start_keeper();
    order('h');
    EXPECT_EQ(wait_keeper(), 0);
    EXPECT_EQ(said(), "--ended web1 halt");
}

TEST_F(KeeperTest, AStopOperationCleansUpInsteadOfTheAfterEndProgram) {
    start_keeper();
    auto link = KeeperLink::connect(run);
    ASSERT_OK(link);
    ASSERT_OK(link->stopping());
    auto second = KeeperLink::connect(run);
    ASSERT_OK(second);
    EXPECT_EQ(second->stopping().error().kind, Kind::busy);
    EXPECT_EQ(link->finished().error().os_number, EBUSY);
    order('x');
    auto ended = link->wait_end(10s);
    ASSERT_OK(ended);
    ASSERT_TRUE(ended->has_value());
    EXPECT_EQ((*ended)->end, End::died);
    EXPECT_EQ((*ended)->wait_status, W_EXITCODE(7, 0));
    EXPECT_TRUE(locked(protocol::keeper_byte));
    EXPECT_FALSE(locked(protocol::init_byte));
    EXPECT_EQ(second->describe().error().kind, Kind::missing);
    ASSERT_OK(link->finished());
    EXPECT_EQ(wait_keeper(), 0);
    EXPECT_EQ(said(), "");
}

TEST_F(KeeperTest, AStopOperationThatIsKilledIsFinishedForIt) {
    start_keeper();
    {
        auto link = KeeperLink::connect(run);
        ASSERT_OK(link);
        ASSERT_OK(link->stopping());
        order('h');
        ASSERT_OK(link->wait_end(10s));
    }
    EXPECT_EQ(wait_keeper(), 0);
    EXPECT_EQ(said(), "--ended web1 halt");
}

TEST_F(KeeperTest, AStopOperationThatGaveUpLeavesTheKeeperAsItWas) {
    start_keeper();
    {
        auto link = KeeperLink::connect(run);
        ASSERT_OK(link);
        ASSERT_OK(link->stopping());
    }
    order('r');
    EXPECT_EQ(wait_keeper(), 0);
    EXPECT_EQ(said(), "--ended web1 reboot");
}

TEST_F(KeeperTest, TheConsoleIsBoundedAndNeverBlocksTheWriter) {
    start_keeper();
    std::string line(1023, 'x');
    for (int number = 0; number < 300; ++number) {
        const auto text = cat(line, '\n');
        ASSERT_EQ(::write(slave.get(), text.data(), text.size()), (ssize_t)text.size());
    }
    auto link = KeeperLink::connect(run);
    ASSERT_OK(link);
    ASSERT_OK(link->console());
    ASSERT_EQ(::write(slave.get(), "the end\n", 8), 8);
    std::string seen;
    char block[protocol::console_packet];
    while (!seen.ends_with("the end\n")) {
        const auto got = ::recv(link->fd(), block, sizeof block, 0);
        ASSERT_GT(got, 0);
        seen.append(block, static_cast<std::size_t>(got));
    }
    const auto kept = run.read(protocol::console_file);
    ASSERT_OK(kept);
    EXPECT_LE(kept->size(), protocol::console_limit);
    EXPECT_GE(kept->size(), protocol::console_limit / 2);
    EXPECT_THAT(*kept, EndsWith("xxx\nthe end\n"));
}

TEST_F(KeeperTest, AnUpgradeKeepsProcessAndInit) {
    start_keeper();
    ASSERT_EQ(::write(slave.get(), "before\n", 7), 7);
    auto state = upgrade_keeper(run);
    ASSERT_OK(state);
    EXPECT_EQ(state->keeper, keeper);
    EXPECT_EQ(state->init.text(), init.text());
    EXPECT_TRUE(locked(protocol::keeper_byte) && locked(protocol::init_byte));
    EXPECT_EQ(::write(slave.get(), "after\n", 6), 6);
    order('x');
    EXPECT_EQ(wait_keeper(), 0);
    EXPECT_EQ(said(), "--ended web1 died");
    EXPECT_EQ(*run.read(protocol::console_file), "before\nafter\n");
}

// A counter that the test counts up, as the kernel does.
class Kills {
  public:
    explicit Kills(const std::string& directory) : path_(directory + "/events") {
        count(0);
        counter = UniqueFd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        event = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    }
    void count(int kills) const {
        std::ofstream(path_) << "oom_kill " << kills << "\n";  // in place: the keeper has it open
        const std::uint64_t one = 1;
        if (kills == 0) return;
        ASSERT_EQ(::write(event.get(), &one, sizeof one), (ssize_t)sizeof one);
    }
    UniqueFd counter;
    UniqueFd event;

  private:
    std::string path_;
};

TEST_F(KeeperTest, AKillForWantOfMemoryIsReported) {
    start_keeper();
    const Kills kills(top);
    auto link = KeeperLink::connect(run);
    ASSERT_OK(link);
    ASSERT_OK(link->watch_memory(kills.counter.get(), kills.event.get()));
    kills.count(1);
    wait_said("--oom web1");
    // the keeper goes on, and so does its watch
    ASSERT_OK(run.unlink("said"));
    kills.count(2);
    wait_said("--oom web1");
    ASSERT_OK(link->describe());
    order('x');
    EXPECT_EQ(wait_keeper(), 0);
    EXPECT_EQ(said(), "--ended web1 died");
}

TEST_F(KeeperTest, TheWatchForKillsSurvivesAnUpgrade) {
    start_keeper();
    const Kills kills(top);
    {
        auto link = KeeperLink::connect(run);
        ASSERT_OK(link);
        ASSERT_OK(link->watch_memory(kills.counter.get(), kills.event.get()));
    }
    ASSERT_OK(upgrade_keeper(run));
    EXPECT_EQ(said(), "");
    kills.count(1);
    wait_said("--oom web1");
}

TEST_F(KeeperTest, AnAdoptedWparsKillsAreReportedAlsoThoseThatNobodySaw) {
    start_keeper();
    ASSERT_EQ(::kill(keeper, SIGKILL), 0);
    wait_keeper();
    auto socket = listen_control(run);
    ASSERT_OK(socket);
    ASSERT_TRUE(*os::try_lock(lock.get(), protocol::keeper_byte));
    const Kills kills(top);
    kills.count(1);
    keeper = ::fork();
    if (keeper == 0) {
        auto pidfd = os::pidfd(init);
        auto adopting = plan(*socket, init, *pidfd, true);
        adopting.oom_fd = kills.counter.get();
        adopting.oom_event_fd = kills.event.get();
        const auto error = become_keeper(adopting);
        ::dprintf(2, "%s\n", error.text.c_str());
        ::_exit(126);
    }
    wait_said("--oom web1");
}

TEST_F(KeeperTest, AKilledKeeperIsReplacedAndAShutdownIsAHalt) {
    start_keeper();
    ASSERT_EQ(::kill(keeper, SIGKILL), 0);
    wait_keeper();
    EXPECT_EQ(KeeperLink::connect(run).error().kind, Kind::missing);
    EXPECT_FALSE(locked(protocol::keeper_byte));
    auto socket = listen_control(run);
    ASSERT_OK(socket);
    ASSERT_TRUE(*os::try_lock(lock.get(), protocol::keeper_byte));
    ASSERT_TRUE(*os::try_lock(lock.get(), protocol::init_byte));
    keeper = ::fork();
    if (keeper == 0) {
        auto pidfd = os::pidfd(init);
        const auto error = become_keeper(plan(*socket, init, *pidfd, true));
        ::dprintf(2, "%s\n", error.text.c_str());
        ::_exit(126);
    }
    *socket = UniqueFd();
    lock = UniqueFd();
    auto link = KeeperLink::connect(run);
    ASSERT_OK(link);
    auto state = link->describe();
    ASSERT_OK(state);
    EXPECT_TRUE(state->adopted && state->pidfd);
    order('r');
    EXPECT_EQ(::waitpid(init.pid, nullptr, 0), init.pid);  // we are its parent now
    wait_keeper();
    EXPECT_EQ(said(), "--ended web1 halt");
}

TEST_F(KeeperTest, TerminationMeansStopAndAHangUpNothing) {
    start_keeper();
    auto link = KeeperLink::connect(run);
    ASSERT_OK(link);
    ASSERT_OK(link->ping());
    ASSERT_EQ(::kill(keeper, SIGHUP), 0);
    ASSERT_EQ(::kill(keeper, SIGTERM), 0);
    for (int tries = 0; said().empty() && tries < 1000; ++tries) ::usleep(10000);
    EXPECT_EQ(said(), "--stop web1");
    ASSERT_OK(link->describe());
}

TEST_F(KeeperTest, OthersThanGlobalRootAreTurnedAway) {
    start_keeper();
    ASSERT_EQ(::chmod(top.c_str(), 0777), 0);
    ASSERT_EQ(::chmod((top + "/control").c_str(), 0777), 0);
    const pid_t other = ::fork();
    if (other == 0) {
        if (::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
        auto link = KeeperLink::connect(run);
        ::_exit(link && !link->ping() ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(other, &status, 0), other);
    EXPECT_EQ(status, 0);
}

TEST_F(KeeperTest, IsShownAsTheSubsystemAndHoldsNothingButItsOwn) {
    start_keeper();
    auto link = KeeperLink::connect(run);
    ASSERT_OK(link);
    ASSERT_OK(link->ping());
    const auto proc = cat("/proc/", keeper);
    EXPECT_EQ(*os::read_file(proc + "/comm"), "cor_web1\n");
    EXPECT_STREQ(os::read_file(proc + "/cmdline")->c_str(), "cor_web1");
    EXPECT_THAT(*os::read_file(proc + "/cmdline"), Not(HasSubstr("--name")));
    char where[64] = {};
    ASSERT_GT(::readlink((proc + "/cwd").c_str(), where, sizeof where - 1), 0);
    EXPECT_STREQ(where, "/");
    EXPECT_EQ(::getsid(keeper), keeper);
    auto fds = os::Dir::open(proc + "/fd");
    ASSERT_OK(fds);
    // stdio, run, lock, socket, pidfd, signals, console: master, slave, file; and this connection
    EXPECT_EQ(fds->entries()->size(), 12U);
}

TEST_F(KeeperTest, ManyIdleConnectionsDoNotKeepAStopOut) {
    start_keeper();
    std::vector<KeeperLink> idle;
    for (int number = 0; number < 40; ++number) {
        auto link = KeeperLink::connect(run);
        ASSERT_OK(link);
        idle.push_back(std::move(*link));
    }
    auto link = KeeperLink::connect(run);
    ASSERT_OK(link);
    ASSERT_OK(link->stopping());
    ASSERT_OK(link->ping());
}

}  // namespace
}  // namespace session
