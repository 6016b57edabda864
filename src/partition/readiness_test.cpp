#include "partition/readiness.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "os/process.h"

namespace partition {
namespace {

using namespace std::chrono_literals;

// An init that runs until it is killed, and a socket it might speak on.
class Ready : public testing::Test {
  protected:
    void SetUp() override {
        int ends[2];
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
        ours = UniqueFd(ends[0]);
        theirs = UniqueFd(ends[1]);
        child = ::fork();
        if (child == 0)
            for (;;) ::pause();
        pidfd = *os::pidfd(child);
    }
    void TearDown() override {
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    void say(std::string_view text) const {
        ASSERT_EQ(::send(theirs.get(), text.data(), text.size(), 0),
                  static_cast<ssize_t>(text.size()));
    }
    UniqueFd ours, theirs, pidfd;
    pid_t child = 0;
};

TEST_F(Ready, IsHeardAmongOtherWords) {
    say("STATUS=starting\n");
    say("STATUS=done\nREADY=1\nMAINPID=1");
    EXPECT_EQ(*wait_ready(ours.get(), pidfd.get(), 10s), Readiness::ready);
}

TEST_F(Ready, IsNothingLess) {
    say("READY=0\nXREADY=1\nREADY=10\n");
    say("");
    EXPECT_EQ(*wait_ready(ours.get(), pidfd.get(), 20ms), Readiness::patience_ended);
}

TEST_F(Ready, EndsWithInit) {
    ::kill(child, SIGKILL);
    EXPECT_EQ(*wait_ready(ours.get(), pidfd.get(), 10s), Readiness::ended);
}

}  // namespace
}  // namespace partition
