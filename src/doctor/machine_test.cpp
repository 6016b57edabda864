// Judges of the kernel, of systemd and of what is installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "doctor/cgroup.h"
#include "doctor/clock.h"
#include "doctor/criu.h"
#include "doctor/kernel.h"
#include "doctor/namespaces.h"
#include "doctor/programs.h"
#include "doctor/systemd.h"
#include "doctor/test_support.h"

namespace doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Kernel, AMissingCallIsAnErrorWithTheLinuxThatHasIt) {
    const auto report = judge_calls({{"openat2", "5.6", 0}, {"mount_setattr", "5.12", ENOSYS}});
    EXPECT_EQ(report.state, "openat2 mount_setattr");
    EXPECT_THAT(only(report), finds(Severity::error, "no mount_setattr"));
    EXPECT_THAT(only(report).remedy, HasSubstr("5.12"));
    EXPECT_EQ(only(report).subject, "mount_setattr");
}

TEST(Kernel, ARefusedCallIsTheContainerAroundUs) {
    const auto report = judge_calls({{"clone3", "5.5", EPERM}});
    EXPECT_THAT(only(report), finds(Severity::error, "clone3 is refused"));
    EXPECT_THAT(only(report).remedy, HasSubstr("container"));
}

TEST(Kernel, ThisOneHasAllThatTheTestsThemselvesNeed) {
    const auto tried = try_calls();
    EXPECT_GE(tried.size(), 7U);
    const auto openat2 = std::find_if(tried.begin(), tried.end(),
                                      [](const TriedCall& call) { return call.name == "openat2"; });
    ASSERT_NE(openat2, tried.end());
    EXPECT_EQ(openat2->error, 0);
}

TEST(Namespaces, AUsedUpLimitNamesItsSysctl) {
    const auto report = judge_namespaces({.tried = {{"user", ENOSPC, 0}}});
    EXPECT_THAT(only(report), finds(Severity::error, "user.max_user_namespaces is 0"));
    EXPECT_THAT(only(report).remedy, HasSubstr("sysctl -w user.max_user_namespaces="));
}

TEST(Namespaces, ALimitBelowTheNumberOfWparsIsAWarning) {
    const auto report = judge_namespaces({.wpars = 5, .tried = {{"net", 0, 3}, {"pid", 0, 5}}});
    EXPECT_THAT(only(report), finds(Severity::warning, "user.max_net_namespaces is 3"));
}

TEST(Namespaces, AKindThatTheKernelLacksIsAnError) {
    EXPECT_THAT(only(judge_namespaces({.tried = {{"user", EINVAL, {}}}})),
                finds(Severity::error, "built without user"));
}

TEST(Namespaces, WhatAnOrdinaryUserMayNotMakeSaysNothingAboutRoot) {
    EXPECT_THAT(only(judge_namespaces({.root = false, .tried = {{"net", EPERM, {}}}})),
                finds(Severity::unknown, "net"));
    EXPECT_THAT(only(judge_namespaces({.root = true, .tried = {{"net", EPERM, {}}}})),
                finds(Severity::error, "net namespaces are refused"));
}

TEST(Namespaces, InAContainerThereIsNoGlobalEnvironment) {
    EXPECT_THAT(only(judge_namespaces({.root = false, .contained = true})),
                finds(Severity::error, "a workload partition or another container"));
}

TEST(Cgroup, WithoutATreeTheErrorsOwnRemedyIsGiven) {
    const auto report =
        judge_cgroup({.none = Error{Kind::unsupported,
                                    "no cgroup v2 tree is mounted; mount one: mount -t ..."}});
    EXPECT_THAT(only(report), finds(Severity::error, "no cgroup v2 tree is mounted"));
    EXPECT_EQ(only(report).remedy, "mount one: mount -t ...");
}

TEST(Cgroup, AControllerThatNobodyNeedsIsNoError) {
    const Error reason{Kind::unsupported, "cgroup controller is missing: built without; boot it"};
    const auto report = judge_cgroup({.lacking = {{"memory", reason}, {"hugetlb", reason}}});
    EXPECT_THAT(report.findings,
                ElementsAre(finds(Severity::warning, "missing"), finds(Severity::note, "missing")));
    EXPECT_EQ(report.findings[0].remedy, "boot it");
    EXPECT_EQ(report.findings[0].subject, "memory");
}

TEST(Cgroup, ALimitThatCannotBeEnforcedIsItsWparsError) {
    const auto report = judge_cgroup({.unmet = {{"web1", {Kind::unsupported, "no cpu; boot it"}}}});
    EXPECT_THAT(only(report), finds(Severity::error, "limits of web1: no cpu"));
    EXPECT_EQ(only(report).subject, "web1");
}

TEST(Cgroup, AReadOnlyTreeAndAnOldKernelAreErrors) {
    EXPECT_THAT(only(judge_cgroup({.writable = false, .top = "/sys/fs/cgroup"})),
                finds(Severity::error, "no groups can be made in '/sys/fs/cgroup'"));
    EXPECT_THAT(only(judge_cgroup({.birth = EINVAL})), finds(Severity::error, "born into a group"));
    EXPECT_THAT(judge_cgroup({.birth = 0}).findings, IsEmpty());
}

TEST(Systemd, IsNotNeeded) {
    const auto report = judge_systemd({.process_one = "tini", .at_boot = {"web1"}});
    EXPECT_THAT(report.findings, IsEmpty());
    EXPECT_THAT(report.state, HasSubstr("process 1 is tini"));
}

TEST(Systemd, ThatDoesNotAnswerMakesNoUnits) {
    EXPECT_THAT(only(judge_systemd({.running = true, .answers = false})),
                finds(Severity::warning, "answers neither"));
}

TEST(Systemd, WithoutItsServiceNothingStartsAtBoot) {
    SystemdFacts facts = {.running = true, .answers = true, .has_service = true};
    EXPECT_THAT(judge_systemd(facts).findings, IsEmpty());
    facts.at_boot = {"db", "web1"};
    EXPECT_THAT(only(judge_systemd(facts)), finds(Severity::warning, "nothing starts db, web1"));
    facts.starts_service = true;
    EXPECT_THAT(judge_systemd(facts).findings, IsEmpty());
}

TEST(Criu, ThatIsNotThereIsANoteUnlessAWparNeedsIt) {
    EXPECT_THAT(only(judge_criu({})), finds(Severity::note, "not installed"));
    EXPECT_THAT(only(judge_criu({.users = {"web1"}})), finds(Severity::warning, "web1"));
}

TEST(Criu, ThatCannotWorkTellsItsReason) {
    const auto report =
        judge_criu({.installed = true, .version = "3.17.1", .reason = "of its vDSO"});
    EXPECT_THAT(only(report), finds(Severity::note, "of its vDSO"));
    EXPECT_EQ(report.findings[0].remedy.find("install a newer CRIU"), 0U);
}

TEST(Criu, ThatWorksIsTold) {
    const auto well =
        judge_criu({.installed = true, .version = "4.2", .usable = true, .dirty_tracking = true});
    EXPECT_EQ(well.state, "CRIU 4.2");
    EXPECT_THAT(well.findings, IsEmpty());
    EXPECT_THAT(only(judge_criu({.installed = true, .version = "4.2", .usable = true})),
                finds(Severity::note, "which memory was written"));
}

TEST(Programs, AreMissedAsMuchAsTheyAreNeeded) {
    const auto report = judge_programs({.needs = {{"nft", "nftables", "guards", Severity::error},
                                                  {"mkfs.xfs", "xfsprogs", "makes xfs"},
                                                  {"sh", "dash", "runs scripts"}},
                                        .missing = {"nft", "mkfs.xfs"}});
    EXPECT_EQ(report.state, "sh");
    EXPECT_THAT(report.findings, ElementsAre(finds(Severity::error, "'nft' is missing"),
                                             finds(Severity::note, "'mkfs.xfs' is missing")));
    EXPECT_EQ(report.findings[0].remedy, "install package nftables");
}

TEST(Programs, OfAFileSystemThatADefinitionHasAreNeededMore) {
    Survey survey;
    const auto lacking = [&](std::string_view program) {
        for (const auto& need : program_needs(survey))
            if (need.program == program) return need.lacking;
        return Severity::ok;
    };
    EXPECT_EQ(lacking("mkfs.xfs"), Severity::note);
    spec::Definition definition;
    definition.general.name = "web1";
    definition.mounts = {{.directory = "/data", .vfs = "xfs", .size = "1G"}};
    survey.wpars.push_back({.name = "web1", .definition = definition});
    EXPECT_EQ(lacking("mkfs.xfs"), Severity::warning);
}

constexpr std::int64_t installed = 1'800'000'000;

TEST(Clock, BeforeTheInstallationIsImplausible) {
    EXPECT_THAT(only(judge_clock({.now = 86400, .installed = installed})),
                finds(Severity::warning, "the clock shows 1970-01-0"));
    EXPECT_THAT(only(judge_clock({.now = installed, .newest = installed + 100L * 86400})),
                finds(Severity::warning, "the clock shows"));
    EXPECT_THAT(judge_clock({.now = installed - 3600, .installed = installed}).findings, IsEmpty());
}

TEST(Clock, FarInTheFutureIsImplausible) {
    EXPECT_THAT(only(judge_clock({.now = installed + 40LL * 365 * 86400, .installed = installed})),
                finds(Severity::warning, "30 years after"));
}

TEST(Clock, ThatNobodySynchronisesIsANote) {
    EXPECT_THAT(
        only(judge_clock({.now = installed, .installed = installed, .synchronised = false})),
        finds(Severity::note, "nothing synchronises"));
}

}  // namespace
}  // namespace doctor
