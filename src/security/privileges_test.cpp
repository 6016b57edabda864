#include "security/privileges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "security/capabilities.h"
#include "security/secattrs.h"

namespace security {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Privileges, AreTheUnionOfTheirCapabilities) {
    const auto set = capabilities_of({"PV_NET_PORT", "PV_FS_CHOWN", "PV_AZ_ROOT"});
    ASSERT_TRUE(set);
    EXPECT_EQ(*set, bits(CAP_NET_BIND_SERVICE, CAP_CHOWN));
}

TEST(Privileges, AnUnknownOneIsRefusedWithTheNearestKnown) {
    const auto set = capabilities_of({"PV_NET_PROT"});
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().kind, Kind::invalid);
    EXPECT_THAT(set.error().text,
                HasSubstr("'PV_NET_PROT' is not a privilege; did you mean PV_NET_P"));
}

TEST(Privileges, TheDefaultSetLetsServicesRunAndKeepsTheNetworkOut) {
    const auto defaults = default_privileges();
    EXPECT_THAT(defaults, Contains("PV_FS_MOUNT"));
    EXPECT_THAT(defaults, Not(Contains("PV_NET_CONFIG")));
    const auto set = *capabilities_of(defaults);
    const auto needed =
        bits(CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID, CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER,
             CAP_KILL, CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT, CAP_SYS_BOOT, CAP_AUDIT_WRITE,
             CAP_SYS_RESOURCE, CAP_SETPCAP, CAP_SETFCAP, CAP_MKNOD, CAP_SYS_PTRACE);
    EXPECT_EQ(set & needed, needed);
    EXPECT_EQ(set & bits(CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_BPF), 0U);
}

TEST(Privileges, AnApplicationWparsSetChangesNothingOfTheMachine) {
    EXPECT_EQ(application_capabilities() & bits(CAP_SYS_ADMIN, CAP_MKNOD, CAP_NET_ADMIN,
                                                CAP_NET_RAW, CAP_SYS_TIME, CAP_SYS_PTRACE,
                                                CAP_SYS_BOOT, CAP_DAC_READ_SEARCH),
              0U);
}

TEST(Privileges, TheTableHasALineForEach) {
    EXPECT_THAT(privilege_table(),
                HasSubstr("PV_NET_PORT\tcap_net_bind_service\tyes\tbind ports below 1024\n"));
    EXPECT_EQ(names().size(), privileges().size());
    EXPECT_EQ(capability_name(0), "cap_chown");
    EXPECT_EQ(capability_name(63), "");
}

TEST(Secattrs, WhatIsInstalledIsTheDefaultSet) {
    const auto read = parse_secattrs(default_secattrs());
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(*read, default_privileges());
}

TEST(Secattrs, ListsGoOnAfterACommaAndMayBeRepeated) {
    const auto read = parse_secattrs(
        "* ours\ndefault:\n\tprivs = PV_NET_PORT,\n\t\tPV_FS_CHOWN\n  privs=PV_SU_UID , PV_TCB\n");
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_THAT(*read, ElementsAre("PV_NET_PORT", "PV_FS_CHOWN", "PV_SU_UID", "PV_TCB"));
}

TEST(Secattrs, AnEmptyListIsNoPrivilege) {
    const auto read = parse_secattrs("default:\n\tprivs =\n");
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->empty());
}

TEST(Secattrs, NamesTheDamagedLine) {
    EXPECT_THAT(parse_secattrs("default:\n\tprivs = PV_NO\n").error().text,
                HasSubstr("line 2: 'PV_NO'"));
    EXPECT_THAT(parse_secattrs("privs = PV_TCB\n").error().text, HasSubstr("line 1"));
    EXPECT_THAT(parse_secattrs("default:\nother = 1\n").error().text, HasSubstr("line 2"));
    EXPECT_FALSE(parse_secattrs(""));
}

}  // namespace
}  // namespace security
