#include "os/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

#include "os/test_tree.h"

namespace os {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

Program shell(const std::string& script) { return {.arguments = {"sh", "-c", script}}; }

TEST(Run, GivesStatusOutputAndErrors) {
    const auto ended = run(shell("echo out; echo err >&2; exit 3"));
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->status, 3);
    EXPECT_EQ(ended->output, "out\n");
    EXPECT_EQ(ended->errors, "err\n");
}

TEST(Run, CountsASignalAsAShellDoes) { EXPECT_EQ(run(shell("kill -9 $$"))->status, 137); }

TEST(Run, SaysThatAProgramIsMissing) {
    const auto ended = run({.arguments = {"corral-no-such-program"}});
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, Kind::missing);
    EXPECT_THAT(ended.error().text, HasSubstr("'corral-no-such-program'"));
}

TEST(Run, FeedsMoreThanAPipeHolds) {
    const std::string input(300'000, 'x');
    const auto ended = run({.arguments = {"cat"}, .input = input});
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->output, input);
}

TEST(Run, EndsTheInputWhereItEnds) { EXPECT_EQ(run(shell("cat; echo done"))->output, "done\n"); }

TEST(Run, FeedsAProgramThatHasNothingToSay) {
    const TestTree tree;
    auto program = shell(cat("exec >&- 2>&-; cat > ", tree.path("copy")));
    program.input = std::string(200'000, 'x');
    ASSERT_TRUE(run(program));
    EXPECT_EQ(tree.text("copy").size(), 200'000U);
}

TEST(Run, MindsNoProgramThatReadsNothing) {
    struct sigaction ignored = {};
    struct sigaction before = {};
    ignored.sa_handler = SIG_IGN;  // as the commands do
    ::sigaction(SIGPIPE, &ignored, &before);
    auto program = shell("exec <&-; echo done");
    program.input = std::string(300'000, 'x');
    EXPECT_EQ(run(program)->output, "done\n");
    ::sigaction(SIGPIPE, &before, nullptr);
}

TEST(Run, KeepsNoMoreOutputThanWanted) {
    auto program = shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2");
    program.output_limit = 1000;
    const auto ended = run(program);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->status, 0);
    EXPECT_EQ(ended->output.size(), 1000U);
    EXPECT_EQ(ended->errors.size(), 1000U);
}

TEST(Run, HandsDownNoEnvironmentButAPathAndPlainLanguage) {
    ::setenv("LD_PRELOAD_OF_A_STRANGER", "x", 1);
    const auto ended = run({.arguments = {"env"}});
    EXPECT_THAT(ended->output, testing::Not(HasSubstr("STRANGER")));
    EXPECT_THAT(ended->output, HasSubstr("LC_ALL=C\n"));
    EXPECT_EQ(
        run({.arguments = {"env"}, .environment = {"ONLY=this", "PATH=/usr/bin:/bin"}})->output,
        "ONLY=this\nPATH=/usr/bin:/bin\n");
}

TEST(Run, HandsDownNoDescriptors) {
    const UniqueFd careless(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC
    const auto ended = run(shell("ls /proc/self/fd | sort | tr '\\n' ' '"));
    EXPECT_EQ(ended->output, "0 1 2 3 ");  // 3 is the directory that ls reads
}

TEST(Run, StartsTheProgramWithNoSignalBlockedOrIgnored) {
    sigset_t all = {};
    sigset_t before = {};
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, &before);
    const auto ended = run(shell("grep -E 'Sig(Blk|Ign)' /proc/self/status"));
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    EXPECT_THAT(ended->output, HasSubstr("SigBlk:\t0000000000000000"));
}

TEST(RunOk, TurnsAFailureIntoWhatTheProgramSaid) {
    const auto out = run_ok(shell("echo to no avail >&2; exit 2"));
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().text,
              "'sh -c echo to no avail >&2; exit 2' ended with status 2: to no avail");
    EXPECT_EQ(*run_ok(shell("echo fine")), "fine\n");
}

TEST(ProcessId, IsReadBackAsItWasWritten) {
    const auto id = ProcessId::parse(ProcessId{4711, 123456789}.text());
    ASSERT_TRUE(id);
    EXPECT_EQ(id->pid, 4711);
    EXPECT_EQ(id->start, 123456789U);
}

TEST(ProcessId, IsNotMadeOfAnythingElse) {
    for (const auto* odd : {"", "17", "0 5", "-1 5", "x 5", "17 x", "4294967296 1", "2147483648 1"})
        EXPECT_FALSE(ProcessId::parse(odd)) << odd;
}

// A child that waits to be killed.
class Child {
  public:
    Child() : pid_(::fork()) {
        if (pid_ == 0)
            for (;;) ::pause();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { end(); }
    pid_t pid() const { return pid_; }
    void end() {
        if (pid_ == 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

  private:
    pid_t pid_;
};

TEST(Pidfd, IsOfExactlyThatProcess) {
    const Child child;
    const auto start = start_time(child.pid());
    ASSERT_TRUE(start);
    EXPECT_TRUE(pidfd(ProcessId{child.pid(), *start}));
    const auto other = pidfd(ProcessId{child.pid(), *start + 1});  // its number came to another
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind, Kind::missing);
}

TEST(Pidfd, OfAProcessThatIsGoneIsMissing) {
    Child child;
    const ProcessId id{child.pid(), *start_time(child.pid())};
    child.end();
    EXPECT_EQ(pidfd(id).error().kind, Kind::missing);
    EXPECT_EQ(start_time(id.pid).error().kind, Kind::missing);
}

TEST(Signal, ToAProcessThatIsGoneIsFine) {
    Child child;
    const auto fd = *pidfd(child.pid());
    EXPECT_TRUE(signal(fd.get(), 0));
    child.end();
    EXPECT_TRUE(signal(fd.get(), SIGTERM));
}

TEST(WaitEnd, TellsAnEndFromTheEndOfPatience) {
    Child child;
    const auto fd = *pidfd(child.pid());
    EXPECT_FALSE(*wait_end(fd.get(), 1ms));
    EXPECT_TRUE(signal(fd.get(), SIGKILL));
    EXPECT_TRUE(*wait_end(fd.get(), 10s));
}

}  // namespace
}  // namespace os
