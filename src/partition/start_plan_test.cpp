#include "partition/start_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "os/test_tree.h"
#include "security/privileges.h"

namespace partition {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

spec::Definition web1() {
    spec::Definition definition;
    definition.general.name = "web1";
    definition.general.key = 1;
    definition.general.idbase = 0x20010000;
    definition.security.privs = security::default_privileges();
    return definition;
}

spec::Definition wrapped(const std::string& command) {
    spec::Definition definition;
    definition.general.name = "job";
    definition.general.type = spec::Type::application;
    definition.general.application = command;
    return definition;
}

launch::Plan plan_of(const spec::Definition& definition) {
    auto plan = start_plan(definition);
    EXPECT_TRUE(plan) << plan.error().text;
    return plan ? std::move(*plan) : launch::Plan{};
}

std::vector<std::string> targets(const launch::Plan& plan) {
    std::vector<std::string> list;
    for (const auto& mount : plan.mounts) list.push_back(mount.target);
    return list;
}

TEST(StartPlan, OfASystemWparHasItsRootAndItsOwnUsers) {
    const auto plan = plan_of(web1());
    EXPECT_EQ(plan.root, "/wpars/web1");
    EXPECT_EQ(plan.hostname, "web1");
    EXPECT_TRUE(plan.confinement.own_users);
    EXPECT_EQ(plan.confinement.ids.first, 0x20010000U);
    EXPECT_EQ(plan.confinement.ids.count, 65536U);
    EXPECT_TRUE(plan.own_network);
    EXPECT_FALSE(plan.confinement.filter.empty());
}

TEST(StartPlan, MountsParentsFirstAndNoPlainDirectories) {
    auto definition = web1();
    definition.mounts = {
        {.directory = "/usr/local", .vfs = "namefs", .dev = "/srv/local", .mountopts = "ro"},
        {.directory = "/", .vfs = "jfs2", .size = "5G"},
        {.directory = "/var", .vfs = "directory"},
        {.directory = "/proc", .vfs = "namefs", .dev = "/proc"},
        {.directory = "/usr", .vfs = "namefs", .dev = "/usr", .mountopts = "ro"},
        {.directory = "/data", .vfs = "jfs2", .size = "1G"}};
    const auto plan = plan_of(definition);
    EXPECT_THAT(targets(plan), ElementsAre("/data", "/usr", "/usr/local"));
    EXPECT_EQ(plan.mounts[0].source, "/wpars/web1/data");
    EXPECT_FALSE(plan.mounts[0].read_only);
    EXPECT_EQ(plan.mounts[1].source, "/usr");
    EXPECT_TRUE(plan.mounts[1].read_only);
    EXPECT_EQ(plan.mounts[1].kind, launch::Mount::Kind::bind);
}

TEST(StartPlan, MakesTmpfsAndNfsAnew) {
    auto definition = web1();
    definition.mounts = {
        {.directory = "/home", .vfs = "nfs", .dev = "/export", .host = "filer"},
        {.directory = "/tmp", .vfs = "tmpfs", .size = "64M", .mountopts = "noexec"}};
    const auto plan = plan_of(definition);
    ASSERT_THAT(targets(plan), ElementsAre("/home", "/tmp"));
    EXPECT_EQ(plan.mounts[0].kind, launch::Mount::Kind::fresh);
    EXPECT_EQ(plan.mounts[0].source, "filer:/export");
    EXPECT_EQ(plan.mounts[1].type, "tmpfs");
    EXPECT_EQ(plan.mounts[1].options, "noexec,size=67108864");
}

TEST(StartPlan, TurnsLimitsOfAProcessIntoRlimits) {
    auto definition = web1();
    definition.resources.procVirtMem = "512M";
    definition.resources.totalPTYs = "7";
    const auto plan = plan_of(definition);
    EXPECT_EQ(plan.ptys, 7U);
    ASSERT_EQ(plan.confinement.limits.size(), 1U);
    EXPECT_EQ(plan.confinement.limits[0].resource, RLIMIT_AS);
    definition.resources.active = false;
    EXPECT_THAT(plan_of(definition).confinement.limits, IsEmpty());
    EXPECT_EQ(plan_of(definition).ptys, 0U);
}

TEST(StartPlan, GivesAPartOfTheIpcIds) {
    auto definition = web1();
    definition.resources.pct_msgIDs = "50%";
    definition.resources.pct_shmIDs = "100%";
    const auto whole = *to_number(trim(*os::read_file("/proc/sys/kernel/msgmni")));
    const auto plan = plan_of(definition);
    EXPECT_THAT(plan.sysctls, Contains(Pair("kernel.msgmni", std::to_string(whole / 2))));
    EXPECT_THAT(plan.sysctls, Not(Contains(Pair("kernel.shmmni", testing::_))));
    EXPECT_THAT(plan.sysctls, Contains(Pair("net.ipv4.ping_group_range", "0 65535")));
}

TEST(StartPlan, OfAnApplicationRunsItsCommandAsTheCaller) {
    ::setenv("OF_THE_CALLER", "kept", 1);
    const auto plan = plan_of(wrapped("COLOR=red /bin/echo 'two words'"));
    EXPECT_THAT(plan.command, ElementsAre("/bin/echo", "two words"));
    EXPECT_THAT(plan.environment, Contains("OF_THE_CALLER=kept"));
    EXPECT_EQ(plan.environment.back(), "COLOR=red");
    EXPECT_FALSE(plan.confinement.own_users);
    EXPECT_FALSE(plan.own_network);
    EXPECT_TRUE(plan.own_ipc);
    EXPECT_FALSE(plan.console);
}

TEST(StartPlan, OfAnApplicationHasItsOwnNetworkOnlyWithAnAddress) {
    auto definition = wrapped("/bin/true");
    definition.networks = {{.interface = "en0", .address = "10.0.0.5", .netmask = "255.0.0.0"}};
    definition.general.xwparipc = true;
    const auto plan = plan_of(definition);
    EXPECT_TRUE(plan.own_network);
    EXPECT_FALSE(plan.own_ipc);
}

TEST(Privileges, OfTheDefinitionWinOverAFile) {
    const os::TestTree tree;
    tree.file("secattrs", "nonsense");
    const spec::Security wanted{.secfile = tree.path("secattrs"), .privs = {"PV_NET_PORT"}};
    EXPECT_THAT(*privileges_of(wanted), ElementsAre("PV_NET_PORT"));
}

TEST(Privileges, OfAFileThatIsWishedAndMissingAreAnError) {
    const auto found = privileges_of({.secfile = "/nonexistent/secattrs"});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, Kind::missing);
    EXPECT_THAT(found.error().text, HasSubstr("-S secfile: open '/nonexistent/secattrs'"));
}

TEST(Privileges, NarrowWhatAWparMayDo) {
    auto definition = web1();
    const auto usual = plan_of(definition).confinement.capabilities;
    definition.security.privs = {"PV_NET_PORT"};
    const auto narrow = plan_of(definition).confinement.capabilities;
    EXPECT_NE(usual, narrow);
    EXPECT_EQ(narrow & ~usual, 0U);
}

}  // namespace
}  // namespace partition
