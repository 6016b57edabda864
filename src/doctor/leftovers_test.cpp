#include "doctor/leftovers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/test_support.h"

namespace doctor {
namespace {

using network::Trace;
using testing::ElementsAre;
using testing::IsEmpty;

struct Leftovers : testing::Test {
    Survey survey = {.root = true};
    void define(const std::string& name, std::uint32_t key, bool active) {
        Known known = {.name = name, .definition = spec::Definition()};
        known.definition->general.name = name;
        known.definition->general.key = key;
        known.alive = {active, active};
        survey.wpars.push_back(known);
    }
    void SetUp() override {
        define("on", 1, true);
        define("off", 2, false);
    }
    std::vector<Finding> found(const Holdings& there) const {
        return judge_leftovers(survey, there).findings;
    }
};

os::MountEntry mounted(const std::string& point) {
    os::MountEntry entry;
    entry.point = point;
    return entry;
}

Holdings all_of(const std::string& name, std::uint32_t key) {
    return {.records = {name},
            .groups = {{name, false}},
            .mounts = {mounted("/wpars/" + name + "/var")},
            .loops = {{"/dev/loop3", "/var/lib/wpars/" + name + "/var.img"}},
            .traces = {{Trace::Sort::link, key, cat("interface cor", key, "n0"), ""},
                       {Trace::Sort::record, key, cat("/run/wpars/.network/wpar/", key), name},
                       {Trace::Sort::element, key, "guard's element", ""}}};
}

TEST_F(Leftovers, WhatAnActiveWparHoldsIsNone) { EXPECT_THAT(found(all_of("on", 1)), IsEmpty()); }

TEST_F(Leftovers, TheSameOfOneThatIsNotLoadedIsToldPieceByPiece) {
    const auto all = found(all_of("off", 2));
    EXPECT_THAT(all, ElementsAre(finds(Severity::warning, "'/run/wpars/off' is the record"),
                                 finds(Severity::warning, "an empty cgroup of off"),
                                 finds(Severity::warning, "'/wpars/off/var' is mounted"),
                                 finds(Severity::warning, "/dev/loop3 holds"),
                                 finds(Severity::warning, "interface cor2n0 is left"),
                                 finds(Severity::warning, "is left of off (id 2)"),
                                 finds(Severity::note, "guard's element is left of id 2")));
    EXPECT_EQ(all[3].remedy, "losetup -d /dev/loop3");
    EXPECT_EQ(all[4].remedy, "ip link delete cor2n0");
}

TEST_F(Leftovers, AGenerationStaysOpenOnlyForOneThatIsLoaded) {
    const Holdings open = {.loops = {{"/dev/loop5", "/var/lib/wpars/.generations/3/image.erofs"}}};
    EXPECT_THAT(found(open),
                ElementsAre(finds(Severity::warning, "/dev/loop5 holds generation 3")));
    for (auto& known : survey.wpars)
        if (known.name == "on")
            known.definition->mounts.push_back(
                {.directory = "/usr", .vfs = "overlay", .dev = "generation:3"});
    EXPECT_THAT(found(open), IsEmpty());
}

TEST_F(Leftovers, SoIsThatOfOneThatNobodyHasDefined) {
    const auto all = found({.records = {"gone"}, .groups = {{"gone", true}}, .guard_idle = false});
    EXPECT_THAT(all, ElementsAre(finds(Severity::warning, "'/run/wpars/gone' is the record"),
                                 finds(Severity::error, "processes run in the cgroup of gone")));
    EXPECT_EQ(all[1].remedy, "rmwpar -F gone");
}

TEST_F(Leftovers, WhatSomebodyWorksOnIsHis) {
    survey.in_operation = {"off"};
    EXPECT_THAT(found(all_of("off", 2)), IsEmpty());
}

TEST_F(Leftovers, HostileNamesAreShownHarmlessly) {
    const auto all = found({.records = {"a\nb; rm -rf $HOME"}});
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].text.find('\n'), std::string::npos);
    EXPECT_EQ(all[0].remedy, "rm -r '/run/wpars/a\nb; rm -rf $HOME'");
}

TEST_F(Leftovers, StorageOfNobodyIsANoteSinceRmwparCanLeaveIt) {
    EXPECT_THAT(found({.images = {"off", "kept"}, .bases = {"/wpars/off", "/wpars/kept"}}),
                ElementsAre(finds(Severity::note, "'/var/lib/wpars/kept' holds images"),
                            finds(Severity::note, "'/wpars/kept' is no workload partition's")));
}

TEST_F(Leftovers, AGuardThatGuardsNobodyIsOne) {
    EXPECT_THAT(found({.guard_idle = true}),
                IsEmpty());  // a start may be at it: somebody is active
    survey.wpars.clear();
    EXPECT_THAT(found({.guard_idle = true}),
                ElementsAre(finds(Severity::warning, "the guard's table is there")));
}

}  // namespace
}  // namespace doctor
