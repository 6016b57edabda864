#include "systemd/pending.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <string>

namespace systemd {
namespace {

const std::string status =
    "Name:\tstartwpar\nSigQ:\t2/7818\nSigPnd:\t0000000000004000\nShdPnd:\t0000000000420000\n"
    "SigBlk:\tfffffffe7ffbfeff\n";

TEST(PendingSignals, OnesThatWaitForTheProcessAreSeen) {
    EXPECT_TRUE(is_pending(status, SIGURG));
    EXPECT_TRUE(is_pending(status, SIGCONT));
}

TEST(PendingSignals, OthersAreNot) {
    EXPECT_FALSE(is_pending(status, SIGTERM)) << "waits for one thread, and is blocked";
    EXPECT_FALSE(is_pending(status, SIGHUP));
    EXPECT_FALSE(is_pending(status, SIGRTMAX));
}

TEST(PendingSignals, TextWithoutThemShowsNone) {
    EXPECT_FALSE(is_pending("", SIGURG));
    EXPECT_FALSE(is_pending("ShdPnd:", SIGURG));
    EXPECT_FALSE(is_pending("ShdPnd:\tno number\n", SIGURG));
}

}  // namespace
}  // namespace systemd
