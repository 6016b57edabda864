// Real kills for want of memory, and what the kernel tells of them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "cgroup/memory_events.h"
#include "cgroup/oom.h"
#include "cgroup/pressure.h"
#include "cgroup_fixture.h"
#include "session/oom_watch.h"

namespace cgroup {
namespace {

constexpr std::size_t mib = 1 << 20;

std::uint64_t now() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(
        duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count());
}

// As the keeper does it.
bool wait_for_kill(session::OomWatch& watch) {
    const auto end = now() + 30'000;
    while (now() < end) {
        auto polled = watch.watched(now());
        (void)::poll(&polled, 1, session::sooner(watch.patience(now()), 1000));
        if (watch.rose(now(), polled.revents)) return true;
    }
    return false;
}

class OomTest : public CgroupTest {
  protected:
    Group limited(const std::string& name) const {
        auto group = make(name);
        const auto applied = group.apply({.total_virtual_memory = 16 * mib}, {});
        if (!applied) throw std::runtime_error(applied.error().text);
        return group;
    }
    void kill_one(const Group& group) {
        Child child(group, [] {
            ::prctl(PR_SET_NAME, "a,pid=1,uid=0");
            return touches(64 * mib);
        });
        ASSERT_OK(group.join_controllers(child.pid()));
        victim = child.pid();
        child.let_go();
        ASSERT_TRUE(WIFSIGNALED(child.status()));
    }
    pid_t victim = 0;
};

TEST_F(OomTest, AKillIsCountedAndWakesWhoWatches) {
    const auto group = limited("load");
    auto found = watch_memory(host(), "load");
    ASSERT_OK(found);
    session::OomWatch watch;
    watch.hold(found->counter.release(), found->event.release());
    EXPECT_FALSE(watch.rose(now(), 0));
    kill_one(group);
    EXPECT_TRUE(wait_for_kill(watch));
    const auto events = memory_events(host(), "load");
    ASSERT_OK(events);
    EXPECT_EQ(events->oom_kill, 1U);
    // version 1 does not count every way to meet a limit
    const bool v2 = host().version(Controller::memory) == Version::v2;
    EXPECT_GE(events->max.value_or(0), v2 ? 1U : 0U);
}

TEST_F(OomTest, TheKernelsLogTellsTheVictimOfThisGroupAlone) {
    const auto neighbour = limited("neighbour");
    const auto group = limited("load");
    const auto name = logged_group(host(), "load");
    ASSERT_OK(name);
    const auto before = read_victims({.group = *name});
    if (!before) GTEST_SKIP() << before.error().text;
    kill_one(neighbour);
    kill_one(group);
    const auto after = read_victims({.group = *name, .after = before->sequence});
    ASSERT_OK(after);
    ASSERT_EQ(after->victims.size(), 1U);
    const auto& told = after->victims.front();
    EXPECT_EQ(told.command, "a,pid=1,uid=0");
    EXPECT_EQ(told.uid, 0U);
    EXPECT_EQ(told.limit, OomVictim::Limit::own);
    EXPECT_GT(told.memory_bytes.value_or(0), 8 * mib);
    char link[64] = {};
    const bool read = ::readlink("/proc/self/ns/pid", link, sizeof link - 1) > 0;
    const bool first = read && std::string_view(link) == "pid:[4026531836]";
    EXPECT_EQ(told.pid, first ? victim : told.pid) << "elsewhere the log's numbers are not ours";
    EXPECT_GT(after->sequence, before->sequence);
    EXPECT_TRUE(read_victims({.group = *name, .after = after->sequence})->victims.empty());
}

TEST_F(OomTest, ALimitBelowWhatIsInUseIsRefusedAndKillsNobody) {
    auto group = make("load");
    ASSERT_OK(group.apply({.total_virtual_memory = 128 * mib}, {}));
    const MemoryHolder child(group, 64 * mib);
    const auto applied = group.apply({.total_virtual_memory = 16 * mib}, {});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, Kind::busy);
    EXPECT_THAT(applied.error().text, testing::HasSubstr("more memory is in use now"));
    EXPECT_TRUE(child.alive());
    EXPECT_EQ(memory_events(host(), "load")->oom_kill, 0U);
}

TEST_F(OomTest, MemoryIsAccountedWithoutALimitOnlyWhereItCostsLittle) {
    const auto group = make("load");
    ASSERT_OK(account_memory(host(), "load"));
    EXPECT_EQ(static_cast<bool>(memory_events(host(), "load")),
              host().version(Controller::memory) == Version::v2);
}

TEST_F(OomTest, PressureIsMeasuredOrSaidNotToBe) {
    const auto group = make("load");
    for (const auto* resource : {"cpu", "memory", "io"}) {
        const auto pressure = pressure_of(host(), "load", resource);
        if (os::exists("/proc/pressure")) {
            ASSERT_OK(pressure);
            EXPECT_TRUE(pressure->some) << resource;
        } else {
            EXPECT_EQ(pressure.error().kind, Kind::unsupported);
        }
    }
}

}  // namespace
}  // namespace cgroup
