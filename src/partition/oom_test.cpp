#include "partition/oom.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partition {
namespace {

using Limit = cgroup::OomVictim::Limit;
using testing::HasSubstr;
using testing::Not;

spec::Definition web1() {
    spec::Definition definition;
    definition.general.name = "web1";
    definition.general.idbase = 1'000'000;
    definition.resources.totalVirtMem = "300M";
    return definition;
}

cgroup::OomVictim perl() {
    return {.sequence = 1,
            .command = "perl",
            .pid = 4711,
            .uid = 1'000'033,
            .limit = Limit::own,
            .memory_bytes = 301'000'000};
}

TEST(DescribeOom, TellsWhoWasKilledWithHowMuchMemoryAtWhichLimit) {
    EXPECT_EQ(
        describe_oom(web1(), perl(), {.inner_pid = 23}),
        "out of memory: process 4711, 23 inside, 'perl' of user 33 was killed; it had 287.1 MB "
        "in memory; the workload partition has used up its memory (totalVirtMem=300M)");
}

TEST(DescribeOom, LeavesOutWhatIsNotKnown) {
    auto victim = perl();
    victim.memory_bytes.reset();
    const auto text = describe_oom(web1(), victim, {.machine_numbers = false});
    EXPECT_THAT(text, HasSubstr("process 4711 (as the machine around us numbers it) 'perl'"));
    EXPECT_THAT(text, Not(HasSubstr("inside")));
    EXPECT_THAT(text, Not(HasSubstr("MB")));
}

TEST(DescribeOom, NamesBothLimitsWhereBothAreSet) {
    auto definition = web1();
    definition.resources.memory = "0%-10%,20%";
    EXPECT_THAT(describe_oom(definition, perl(), {}),
                HasSubstr("(memory=0%-10%,20%, totalVirtMem=300M)"));
    definition.resources.memory = "10%-20%,100%";
    EXPECT_THAT(describe_oom(definition, perl(), {}), HasSubstr("(totalVirtMem=300M)"));
    definition.resources.active = false;
    EXPECT_THAT(describe_oom(definition, perl(), {}), Not(HasSubstr("totalVirtMem")));
}

TEST(DescribeOom, BlamesNoLimitOfTheWparForTheMachinesLackOfMemory) {
    auto victim = perl();
    victim.limit = Limit::machine;
    EXPECT_THAT(describe_oom(web1(), victim, {}), HasSubstr("the machine has no memory left"));
    victim.limit = Limit::above;
    EXPECT_THAT(describe_oom(web1(), victim, {}), HasSubstr("a group around"));
}

TEST(DescribeOom, TellsAUserOfTheGlobalEnvironmentFromTheWparsOwn) {
    auto victim = perl();
    victim.uid = 0;
    EXPECT_THAT(describe_oom(web1(), victim, {}), HasSubstr("user 0 of the global environment"));
    spec::Definition application;
    application.general.type = spec::Type::application;
    EXPECT_THAT(describe_oom(application, victim, {}), HasSubstr("'perl' of user 0 was"));
}

}  // namespace
}  // namespace partition
