#include "session/oom_watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/text.h"
#include "os/test_tree.h"

namespace session {
namespace {

class OomWatchTest : public testing::Test {
  protected:
    os::TestTree tree;
    OomWatch watch;

    void count(int kills) const {
        tree.file("events",
                  cat("low 0\nhigh 9\nmax 12\noom 3\noom_kill ", kills, "\noom_group_kill 5\n"));
    }
    void hold() {
        count(0);
        watch.hold(::open(tree.path("events").c_str(), O_RDONLY | O_CLOEXEC), -1);
        EXPECT_FALSE(watch.rose(1, 0));
    }
    bool polled(std::uint64_t now) const { return watch.watched(now).fd >= 0; }
};

TEST_F(OomWatchTest, WithoutDescriptorsThereIsNothingToDo) {
    EXPECT_FALSE(polled(5));
    EXPECT_EQ(watch.patience(5), -1);
    EXPECT_FALSE(watch.rose(5, 0));
}

TEST_F(OomWatchTest, LooksAtOnceForWhatNobodyWasThereToSee) {
    count(2);
    watch.hold(::open(tree.path("events").c_str(), O_RDONLY | O_CLOEXEC), -1);
    EXPECT_EQ(watch.patience(5), 0);
    EXPECT_TRUE(watch.rose(5, 0));
}

TEST_F(OomWatchTest, AKillIsToldOnce) {
    hold();
    EXPECT_TRUE(polled(10));
    EXPECT_EQ(watch.patience(10), -1);
    count(1);
    EXPECT_TRUE(watch.rose(10, POLLPRI));
    EXPECT_FALSE(watch.rose(11, 0));
    EXPECT_FALSE(watch.rose(2000, 0));
    EXPECT_TRUE(polled(2000));
}

TEST_F(OomWatchTest, WhatElseIsCountedIsNoKill) {
    hold();
    EXPECT_FALSE(watch.rose(10, POLLPRI));
    EXPECT_FALSE(polled(11)) << "a slowed-down WPAR changes the file a hundred times a second";
    EXPECT_EQ(watch.patience(11), 999);
}

TEST_F(OomWatchTest, AKillThatIsCountedJustAfterTheSignalIsFoundAtTheEndOfThePause) {
    hold();
    EXPECT_FALSE(watch.rose(10, POLLPRI));
    count(1);
    EXPECT_FALSE(watch.rose(500, 0));
    EXPECT_TRUE(watch.rose(1010, 0));
}

TEST_F(OomWatchTest, ThePauseGrowsWhileTheKillingGoesOnAndEndsWithAQuietOne) {
    hold();
    std::uint64_t now = 10;
    int last = 0;
    for (int kills = 1; kills < 10; ++kills) {
        count(kills);
        EXPECT_TRUE(watch.rose(now, POLLPRI));
        EXPECT_GE(watch.patience(now), last);
        last = watch.patience(now);
        now += static_cast<std::uint64_t>(last);
    }
    EXPECT_EQ(last, 32'000);
    EXPECT_FALSE(watch.rose(now, 0));
    count(10);
    EXPECT_TRUE(watch.rose(now, POLLPRI));
    EXPECT_EQ(watch.patience(now), 1000);
}

TEST_F(OomWatchTest, AnEventDescriptorIsPolledInsteadOfTheFile) {
    count(0);
    const int event = ::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
    watch.hold(::open(tree.path("events").c_str(), O_RDONLY | O_CLOEXEC), event);
    EXPECT_FALSE(watch.rose(1, 0));
    EXPECT_EQ(watch.watched(2).fd, event);
    EXPECT_EQ(watch.watched(2).events, POLLIN);
    std::uint64_t signalled = 0;
    EXPECT_LT(::read(event, &signalled, sizeof signalled), 0) << "taken, so that poll can wait";
}

TEST_F(OomWatchTest, AGroupThatIsGoneIsNoLongerWatched) {
    hold();
    tree.file("events");
    EXPECT_FALSE(watch.rose(10, POLLPRI));
    EXPECT_FALSE(polled(5000));
    EXPECT_EQ(watch.patience(5000), -1);
    EXPECT_EQ(watch.counter(), -1);
}

TEST_F(OomWatchTest, AFileWithoutTheCounterWakesNobody) {
    tree.file("events", "low 1\nxoom_kill 5\noom_kill x\n");
    watch.hold(::open(tree.path("events").c_str(), O_RDONLY | O_CLOEXEC), -1);
    EXPECT_FALSE(watch.rose(1, 0));
}

TEST(Sooner, CountsMinusOneAsNever) {
    EXPECT_EQ(sooner(-1, -1), -1);
    EXPECT_EQ(sooner(-1, 5), 5);
    EXPECT_EQ(sooner(5, -1), 5);
    EXPECT_EQ(sooner(7, 5), 5);
}

}  // namespace
}  // namespace session
