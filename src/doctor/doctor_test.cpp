#include "doctor/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "doctor/test_support.h"

namespace doctor {
namespace {

using testing::HasSubstr;

TEST(Table, HasEveryCheckThatAnErrorCanName) {
    std::set<std::string_view> names;
    for (const auto& check : all_checks()) {
        EXPECT_TRUE(names.insert(check.name).second) << check.name;
        EXPECT_FALSE(check.about.empty()) << check.name;
        EXPECT_NE(check.look, nullptr) << check.name;
    }
    for (const auto named : {checks::kernel, checks::namespaces, checks::cgroup, checks::idmap,
                             checks::loop, checks::interfaces, checks::forwarding, checks::firewall,
                             checks::programs, checks::ids, checks::space, checks::permissions})
        EXPECT_TRUE(names.contains(named)) << named;
}

TEST(Examine, TakesNamesInAnyOrderAndRunsInItsOwn) {
    const auto examined = examine({"clock", "kernel", "clock"});
    ASSERT_TRUE(examined);
    ASSERT_EQ(examined->size(), 2U);
    EXPECT_EQ((*examined)[0].check, "kernel");
    EXPECT_EQ((*examined)[1].check, "clock");
}

TEST(Examine, RefusesANameThatThereIsNot) {
    const auto examined = examine({"kernel", "x\n"});
    ASSERT_FALSE(examined);
    EXPECT_EQ(examined.error().kind, Kind::invalid);
    EXPECT_THAT(examined.error().text,
                HasSubstr("there is no check 'x\\x0a'; there are: kernel, "));
}

TEST(ExitStatus, IsThatOfTheWorstFinding) {
    const auto status = [](Severity severity) {
        const std::vector<Examined> examined = {{"a", {"", {{Severity::note, "x", "", ""}}}},
                                                {"b", {"", {{severity, "y", "", ""}}}}};
        return exit_status(examined);
    };
    EXPECT_EQ(status(Severity::note), 0);
    EXPECT_EQ(status(Severity::unknown), 0);
    EXPECT_EQ(status(Severity::warning), 1);
    EXPECT_EQ(status(Severity::error), 2);
}

TEST(FindingOf, AnErrorSplitsIntoCauseAndRemedy) {
    const auto finding = finding_of(Severity::error, {Kind::other, "it is so; do this; then that"});
    EXPECT_EQ(finding.text, "it is so");
    EXPECT_EQ(finding.remedy, "do this; then that");
    EXPECT_EQ(finding_of(Severity::note, {Kind::other, "it is so"}).remedy, "");
}

}  // namespace
}  // namespace doctor
