#include "cgroup/memory_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cgroup/oom.h"
#include "cgroup/pressure.h"
#include "os/test_tree.h"

namespace cgroup {
namespace {

class MemoryEventsTest : public testing::Test {
  protected:
    os::TestTree tree;

    Hierarchy host(const std::string& v1_memory = {}) const {
        tree.directory("v2/corral/web1");
        tree.file("v2/cgroup.controllers", v1_memory.empty() ? "memory\n" : "\n");
        auto mounts = cat("9 8 0:26 / ", tree.path("v2"), " rw - cgroup2 none rw\n");
        if (!v1_memory.empty())
            mounts += cat("9 8 0:27 / ", tree.path(v1_memory), " rw - cgroup none rw,memory\n");
        return *Hierarchy::from_mounts(mounts);
    }
};

TEST_F(MemoryEventsTest, AreThoseOfTheWholeGroup) {
    const auto pure = host();
    tree.file("v2/corral/web1/memory.events",
              "low 1\nhigh 22\nmax 3\noom 4\noom_kill 5\noom_group_kill 0\nsock_throttled 0\n");
    const auto events = memory_events(pure, "web1");
    ASSERT_TRUE(events) << events.error().text;
    const MemoryEvents expected = {1, 22, 3, 4, 5};
    EXPECT_EQ(*events, expected);
}

TEST_F(MemoryEventsTest, AVersionOneControllerCountsTheKillsAndTheLimitsHits) {
    const auto hybrid = host("memory");
    tree.directory("memory/corral/web1");
    tree.file("memory/corral/web1/memory.oom_control",
              "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n");
    tree.file("memory/corral/web1/memory.failcnt", "7\n");
    tree.file("memory/corral/web1/memory.memsw.failcnt", "2\n");
    const auto events = memory_events(hybrid, "web1");
    ASSERT_TRUE(events) << events.error().text;
    EXPECT_EQ(events->oom_kill, 7U);
    EXPECT_EQ(events->max, 9U);
    EXPECT_EQ(events->high, std::nullopt);
}

TEST_F(MemoryEventsTest, AreMissingWhereMemoryIsNotAccounted) {
    const auto pure = host();
    EXPECT_EQ(memory_events(pure, "web1").error().kind, Kind::missing);
    EXPECT_EQ(watch_memory(pure, "web1").error().kind, Kind::missing);
    const auto hybrid = host("memory");
    EXPECT_EQ(memory_events(hybrid, "web1").error().kind, Kind::missing);
}

TEST_F(MemoryEventsTest, AreWatchedThroughTheFileItself) {
    const auto pure = host();
    tree.file("v2/corral/web1/memory.events", "oom_kill 0\n");
    const auto watch = watch_memory(pure, "web1");
    ASSERT_TRUE(watch) << watch.error().text;
    EXPECT_TRUE(watch->counter);
    EXPECT_FALSE(watch->event);
}

TEST_F(MemoryEventsTest, AVersionOneControllerSignalsADescriptor) {
    const auto hybrid = host("memory");
    tree.directory("memory/corral/web1");
    tree.file("memory/corral/web1/memory.oom_control", "oom_kill 0\n");
    tree.file("memory/corral/web1/cgroup.event_control");
    const auto watch = watch_memory(hybrid, "web1");
    ASSERT_TRUE(watch) << watch.error().text;
    EXPECT_EQ(*os::read_file(tree.path("memory/corral/web1/cgroup.event_control")),
              cat(watch->event.get(), " ", watch->counter.get()));
}

TEST_F(MemoryEventsTest, PressureIsThatOfTheGroup) {
    const auto pure = host();
    tree.file("v2/corral/web1/io.pressure",
              "some avg10=1.50 avg60=0.00 avg300=0.00 total=15\n"
              "full avg10=0.50 avg60=0.00 avg300=0.00 total=5\n");
    const auto pressure = pressure_of(pure, "web1", "io");
    ASSERT_TRUE(pressure) << pressure.error().text;
    EXPECT_EQ(pressure->some->avg10, 1.5);
    EXPECT_EQ(pressure->full->total_microseconds, 5U);
}

TEST_F(MemoryEventsTest, PressureThatIsNotMeasuredIsNamedWithTheRemedy) {
    const auto pure = host();
    const auto pressure = pressure_of(pure, "web1", "io");
    ASSERT_FALSE(pressure);
    EXPECT_EQ(pressure.error().kind, Kind::unsupported);
    EXPECT_THAT(pressure.error().text, testing::HasSubstr("boot"));
    EXPECT_EQ(pressure_of(pure, "nobody", "io").error().kind, Kind::missing);
}

}  // namespace
}  // namespace cgroup
