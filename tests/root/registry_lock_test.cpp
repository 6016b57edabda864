#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <thread>

#include "machine_fixture.h"
#include "os/lock.h"
#include "registry/lock.h"
#include "registry/paths.h"

namespace registry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

using LockTest = MachineTest;

AdminLock::Request at_once(const std::string& name) {
    return {.name = name, .verb = "start", .patience = 0ms};
}

// Another command that holds the lock until it is killed.
class Holder {
  public:
    explicit Holder(const std::string& name, const std::string& definition = {}) {
        int ends[2];
        EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
        pid_ = ::fork();
        if (pid_ == 0) hold(name, definition, ends[1]);
        char said = 0;
        EXPECT_EQ(::read(ends[0], &said, 1), 1);
        ::close(ends[0]);
        ::close(ends[1]);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() { end(); }
    void end() {
        if (pid_ == 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    pid_t pid() const { return pid_; }

  private:
    [[noreturn]] static void hold(const std::string& name, const std::string& definition,
                                  int writer) {
        auto lock = AdminLock::take({.name = name, .verb = "create", .patience = 0ms});
        if (!lock || !lock->announce(definition)) ::_exit(1);
        (void)!::write(writer, "x", 1);
        for (;;) ::pause();
    }
    pid_t pid_ = 0;
};

TEST_F(LockTest, IsHeldByOneAndTellsTheOthersByWhom) {
    const Holder other("web1");
    const auto taken = AdminLock::take(at_once("web1"));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, Kind::busy);
    EXPECT_THAT(taken.error().text, HasSubstr(cat("web1 is held by operation 'create' (process ",
                                                  other.pid(), ", since 20")));
}

TEST_F(LockTest, OfOneWparLeavesTheOthersFree) {
    const Holder other("web1");
    EXPECT_TRUE(AdminLock::take(at_once("web2")));
}

TEST_F(LockTest, LeavesNothingWhenItIsGivenBack) {
    { const auto lock = *AdminLock::take(at_once("web1")); }
    EXPECT_FALSE(has(paths::lock("web1")));
    EXPECT_FALSE(holder("web1"));
}

TEST_F(LockTest, OfACommandThatWasKilledHoldsNobodyUp) {
    Holder other("web1");
    other.end();
    EXPECT_TRUE(has(paths::lock("web1")));
    EXPECT_FALSE(holder("web1"));
    EXPECT_THAT(*held_locks(), IsEmpty());
    EXPECT_TRUE(AdminLock::take(at_once("web1")));
}

TEST_F(LockTest, IsWaitedForUntilTheHolderIsDone) {
    auto first = std::optional(*AdminLock::take(at_once("web1")));
    std::thread waiting(
        [] { EXPECT_TRUE(AdminLock::take({.name = "web1", .verb = "stop", .patience = 60s})); });
    while (!has(paths::lock("web1"))) std::this_thread::yield();
    first.reset();
    waiting.join();
}

TEST_F(LockTest, OnAFileThatWasRemovedMeanwhileIsNoLock) {
    const Holder other("web1");
    ASSERT_EQ(::unlink(paths::lock("web1").c_str()), 0);
    const auto ours = AdminLock::take(at_once("web1"));
    ASSERT_TRUE(ours);
    EXPECT_EQ(holder("web1")->pid, ::getpid());
}

// Lets a traced child run until it is about to lock.
void run_until_lock(pid_t child) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(::ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL), 0);
    for (;;) {
        ASSERT_EQ(::ptrace(PTRACE_SYSCALL, child, 0, 0), 0);
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSTOPPED(status));
        __ptrace_syscall_info info = {};
        ASSERT_GT(::ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info), 0);
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr == SYS_fcntl &&
            info.entry.args[1] == F_OFD_SETLK)
            return;
    }
}

// The holder removes the file after another has opened it and before that one locks it.
TEST_F(LockTest, OnAFileThatIsRemovedBetweenOpenAndLockIsTakenAnew) {
    const auto child = ::fork();
    if (child == 0) {
        ::ptrace(PTRACE_TRACEME, 0, 0, 0);
        ::raise(SIGSTOP);
        const auto lock = AdminLock::take(at_once("web1"));
        const auto seen = holder("web1");
        ::_exit(lock && seen && seen->pid == ::getpid() ? 0 : 1);
    }
    run_until_lock(child);
    EXPECT_EQ(::unlink(paths::lock("web1").c_str()), 0);
    ASSERT_EQ(::ptrace(PTRACE_DETACH, child, 0, 0), 0);
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST_F(LockTest, OfManyWhoWantItGoesToOneAtATime) {
    constexpr int processes = 3;
    constexpr int turns = 100;
    file("/run/count", "0");
    const auto work = [] {
        for (int turn = 0; turn < turns; ++turn) {
            const auto lock = AdminLock::take({.name = "web1", .verb = "change", .patience = 60s});
            const auto seen = holder("web1");
            if (!lock || !seen || seen->pid != ::getpid())
                ::_exit(1);  // a lock that nobody sees is none
            const auto before = std::stoi(text("/run/count"));
            std::this_thread::yield();
            file("/run/count", std::to_string(before + 1));
        }
    };
    std::vector<pid_t> children;
    for (int number = 0; number < processes; ++number) {
        children.push_back(::fork());
        if (children.back() == 0) {
            work();
            ::_exit(0);
        }
    }
    for (const auto child : children) {
        int status = -1;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    EXPECT_EQ(text("/run/count"), std::to_string(processes * turns));
}

TEST_F(LockTest, ShowsReadersWhatIsBeingMade) {
    const Holder other("web1", "general:\n\tname = \"web1\"\n");
    const auto operation = holder("web1");
    ASSERT_TRUE(operation);
    EXPECT_EQ(operation->verb, "create");
    EXPECT_EQ(operation->pid, other.pid());
    EXPECT_EQ(operation->definition, "general:\n\tname = \"web1\"\n");
    EXPECT_THAT(*held_locks(), ElementsAre("web1"));
}

TEST_F(LockTest, ReadersOfOddTextSeeNoOperation) {
    for (const auto* odd : {"", "x create 5\n", "17 create\n", "17 create x\n"}) {
        file(paths::lock("web1"), odd);
        const UniqueFd fd(::open(paths::lock("web1").c_str(), O_RDWR | O_CLOEXEC));
        ASSERT_TRUE(*os::try_lock(fd.get(), 0));
        EXPECT_FALSE(holder("web1")) << odd;
    }
}

TEST_F(LockTest, OfTheRegistryIsNoWpars) {
    const auto registry = lock_registry();
    ASSERT_TRUE(registry);
    EXPECT_THAT(*held_locks(), IsEmpty());
}

TEST_F(LockTest, OfTheRegistryIsWaitedFor) {
    auto first = *lock_registry();
    std::thread waiting([] { EXPECT_TRUE(lock_registry()); });
    first = UniqueFd();
    waiting.join();
}

}  // namespace
}  // namespace registry
