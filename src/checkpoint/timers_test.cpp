#include "checkpoint/timers.h"

#include <gtest/gtest.h>
#include <linux/ioctl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/fd.h"
#include "os/dir.h"

namespace checkpoint {
namespace {

constexpr auto stopped =
    "pos:\t0\nclockid: 1\nticks: 3\nsettime flags: 01\nit_value: (0, 0)\nit_interval: (2, 5)\n";

TEST(Timers, OneThatRanOutAndTicksNoMoreIsToldFromOneThatWasStopped) {
    const auto timer = parse_timer(stopped);
    ASSERT_TRUE(timer);
    EXPECT_EQ(timer->clock, 1);
    EXPECT_EQ(timer->flags, 1);
    EXPECT_EQ(timer->interval_ns, 2'000'000'005U);
    EXPECT_TRUE(timer->was_stopped_by_criu());
    for (const auto* other :
         {"ticks: 0\nit_value: (0, 0)\nit_interval: (0, 5)\n",     // its program stopped it
          "ticks: 3\nit_value: (0, 9)\nit_interval: (0, 5)\n",     // it runs
          "ticks: 1\nit_value: (0, 0)\nit_interval: (0, 0)\n"}) {  // it ticks once only
        ASSERT_TRUE(parse_timer(other));
        EXPECT_FALSE(parse_timer(other)->was_stopped_by_criu()) << other;
    }
    EXPECT_FALSE(parse_timer("pos:\t0\nflags:\t02\n"));
}

// As CRIU builds one again.
UniqueFd stopped_timer(std::uint64_t ticks) {
    UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    const itimerspec never = {{0, 1'000'000}, {0, 0}};
    EXPECT_EQ(::timerfd_settime(timer.get(), 0, &never, nullptr), 0);
    EXPECT_EQ(::ioctl(timer.get(), _IOW('T', 0, std::uint64_t), &ticks), 0);
    return timer;
}

std::uint64_t ticks_of(const UniqueFd& timer) {
    std::uint64_t ticks = 0;
    return ::read(timer.get(), &ticks, sizeof ticks) == sizeof ticks ? ticks : 0;
}

TEST(Timers, ItKeepsItsTicksAndTicksAgain) {
    const auto timer = stopped_timer(3);
    ASSERT_TRUE(wind_timers({::getpid()}));
    EXPECT_GE(ticks_of(timer), 3U);
    pollfd ticked = {timer.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&ticked, 1, -1), 1);
    EXPECT_GE(ticks_of(timer), 1U);
}

}  // namespace
}  // namespace checkpoint
