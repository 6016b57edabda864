// Judges of definitions, ids, keepers, operations and journals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/definitions.h"
#include "doctor/ids.h"
#include "doctor/journals.h"
#include "doctor/keepers.h"
#include "doctor/software.h"
#include "doctor/test_support.h"

namespace doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Ids, OfTwoWparsMustDiffer) {
    const auto report = judge_ids({.used = {{"a", 1, 0x20010000}, {"b", 1, 0x20018000}}});
    EXPECT_THAT(report.findings,
                ElementsAre(finds(Severity::error, "a and b have the same id 1"),
                            finds(Severity::error, "user ids of a and b overlap")));
    EXPECT_THAT(judge_ids({.used = {{"a", 1, 0x20010000}, {"b", 2, 0x20020000}}}).findings,
                IsEmpty());
}

TEST(Ids, ThatOrdinaryUsersWereGivenAreAWarning) {
    const auto report = judge_ids({.used = {{"web1", 1, 600000}},
                                   .handed_out = {{"/etc/subuid", "joe", 590000, 65536},
                                                  {"/etc/subuid", "eve", 100000, 65536}}});
    EXPECT_THAT(only(report), finds(Severity::warning, "overlap those of 'joe' in /etc/subuid"));
}

TEST(Ids, AWparWithoutOnesCannotStart) {
    EXPECT_THAT(only(judge_ids({.used = {{"web1", 0, 0}}})),
                finds(Severity::error, "web1 has no id of its own"));
    EXPECT_THAT(judge_ids({.used = {{"job", 0, 0, false}}}).findings, IsEmpty());
}

TEST(Ids, ThatRunOutAreToldBefore) {
    IdFacts facts;
    for (std::uint32_t key = 1; key <= 8150; ++key)
        facts.used.push_back({cat("w", key), key, 0x20000000 + key * 65536});
    EXPECT_THAT(only(judge_ids(facts)), finds(Severity::warning, "only 41 workload partition ids"));
}

TEST(Ids, AreReadFromSubuidWhateverElseIsThere) {
    const auto ranges =
        parse_subordinate("/etc/subuid", "joe:100000:65536\n# x\nbad:1\n:x:y\na:1:0\n");
    ASSERT_EQ(ranges.size(), 1U);
    EXPECT_EQ(ranges[0].user, "joe");
    EXPECT_EQ(ranges[0].first, 100000U);
}

TEST(Definitions, ClashInAddressesAndBaseDirectories) {
    const auto found = clashes({{"a", "/wpars/a", {"192.168.21.5"}},
                                {"b", "/wpars/a/b", {"192.168.21.5"}},
                                {"c", "/wpars/c", {"fd00::1", "fd00::1"}},
                                {"d", "/wpars/c", {}},
                                {"job", "", {}}});
    EXPECT_THAT(found, testing::UnorderedElementsAre(
                           finds(Severity::warning, "192.168.21.5 belongs to both a and b"),
                           finds(Severity::error, "'/wpars/a/b' of b lies in that of a"),
                           finds(Severity::error, "'/wpars/c' of d is that of c")));
}

TEST(Definitions, FilesThatAreNoneAreTold) {
    EXPECT_THAT(odd_files({"web1.cf", "devmap", "web1.cf.new", "not a name.cf"}),
                ElementsAre(finds(Severity::note, "a killed command"),
                            finds(Severity::warning, "'/etc/wpars/not a name.cf' names no")));
}

TEST(Keepers, EachActiveWparHasOne) {
    const auto report = judge_keepers({{.name = "web1", .alive = {true, true}},
                                       {.name = "db", .alive = {false, true}},
                                       {.name = "maint", .alive = {true, false}},
                                       {.name = "off"}});
    EXPECT_EQ(report.state, "2 keepers");
    EXPECT_THAT(report.findings,
                ElementsAre(finds(Severity::warning, "db is active, but its keeper has ended"),
                            finds(Severity::note, "maint is loaded for maintenance")));
}

TEST(Keepers, WparsThatStandStillAreTold) {
    const auto report =
        judge_keepers({{.name = "web1", .alive = {true, true}, .frozen = true},
                       {.name = "db", .alive = {true, true}, .image = "/srv/db"},
                       {.name = "job", .alive = {true, true}, .image = "/srv/job", .lost = true},
                       {.name = "next", .alive = {true, false}, .awaits_init = true}});
    EXPECT_THAT(report.findings,
                ElementsAre(finds(Severity::note, "web1 is frozen"),
                            finds(Severity::note, "db is paused; stored in /srv/db"),
                            finds(Severity::warning, "'/srv/job' is not there any more"),
                            finds(Severity::note, "next is loaded and waits")));
    EXPECT_THAT(report.findings[2].remedy, HasSubstr("resumewpar job"));
}

TEST(Keepers, ThatDoNotAnswerAndProcessesWithoutARecordAreTold) {
    const auto report = judge_keepers(
        {{.name = "web1", .alive = {true, true}, .silent = Error{Kind::busy, "no answer in 10 s"}},
         {.name = "db", .unrecorded = true}});
    EXPECT_THAT(report.findings, ElementsAre(finds(Severity::warning, "no answer in 10 s"),
                                             finds(Severity::error, "still has processes")));
    EXPECT_THAT(report.findings[1].remedy, HasSubstr("stopwpar -F db"));
}

TEST(Operations, ThatTakeLongOrAreStoppedAreTold) {
    const auto report = judge_operations({{"quick", "start", 10, 3, false},
                                          {"slow", "create", 11, 3600, false},
                                          {"held", "stop", 12, 3, true}});
    EXPECT_THAT(report.findings,
                ElementsAre(finds(Severity::warning, "'create' (process 11) on slow takes 60 min"),
                            finds(Severity::warning, "on held is stopped by a signal")));
    EXPECT_EQ(report.findings[1].remedy, "kill -CONT 12");
}

TEST(Software, ThatChangedSinceIsWorthKnowing) {
    const auto report = judge_levels({{"web1", "a", "a"}, {"db", "a", "b"}, {"half", "", "b"}});
    EXPECT_THAT(
        report.findings,
        ElementsAre(finds(Severity::note, "packages changed in the global environment since db"),
                    finds(Severity::note, "since half")));
    EXPECT_EQ(report.findings[0].remedy, "syncwpar db");
    EXPECT_THAT(report.state, HasSubstr("1 of 3"));
}

TEST(Journals, AreLeftByKilledCommands) {
    const auto report = judge_journals({{.name = "web1"},
                                        {.name = "db", .broken = "/wpars/db is busy"},
                                        {.name = "a b", .is_name = false},
                                        {.name = "x", .is_readable = false}});
    EXPECT_THAT(report.findings,
                ElementsAre(finds(Severity::warning, "an operation on web1 was killed"),
                            finds(Severity::error, "db is Broken: /wpars/db is busy"),
                            finds(Severity::warning, "'a b' among the journals"),
                            finds(Severity::unknown, "journal of x")));
    EXPECT_THAT(report.findings[1].remedy, HasSubstr("rmwpar -F db"));
}

}  // namespace
}  // namespace doctor
