#include "spec/attributes.h"

#include "spec/test_support.h"

namespace spec {
namespace {

using testing::ElementsAre;

const std::vector<std::string> usual = {"PV_FS_MOUNT", "PV_NET_PORT"};

TEST(Attributes, SeveralPairsFollowOneFlag) {
    Network network;
    ASSERT_THAT(
        set_attributes(network, {"interface=en0", "address=192.168.21.136", "netmask=255.255.0.0"}),
        Works());
    EXPECT_EQ(network,
              (Network{.interface = "en0", .address = "192.168.21.136", .netmask = "255.255.0.0"}));
}

TEST(Attributes, AnUnknownNameIsAnsweredWithThoseThatExist) {
    Network network;
    const auto result = set_attributes(network, {"adress=10.0.0.1"});
    EXPECT_EQ(
        problem(result),
        "attribute 'adress' is not one of stanza network: interface, address, netmask, broadcast, "
        "address6, prefixlen, mode");
    EXPECT_EQ(result.error().kind, Kind::invalid);
}

TEST(Attributes, ANameIsNotGivenTwiceAfterOneFlag) {
    Mount mount;
    EXPECT_THAT(set_attributes(mount, {"size=1G", "directory=/x", "size=2G"}),
                FailsWith("attribute 'size' is given twice"));
}

TEST(Attributes, AWordWithoutEqualsIsRefused) {
    Mount mount;
    EXPECT_THAT(set_attributes(mount, {"/data"}),
                FailsWith("'/data' is not of the form attribute=value"));
    EXPECT_THAT(set_attributes(mount, {"=/data"}), FailsWith("not of the form"));
    Security security;
    EXPECT_THAT(set_attributes(security, {"privs"}, usual), FailsWith("not of the form"));
}

TEST(Attributes, AValueMayContainEquals) {
    Mount mount;
    ASSERT_THAT(set_attributes(mount, {"mountopts=size=5,mode=700"}), Works());
    EXPECT_EQ(mount.mountopts, "size=5,mode=700");
}

TEST(Attributes, ValuesArePrintableAscii) {
    Mount mount;
    EXPECT_THAT(set_attributes(mount, {"directory=/a\n/b"}), FailsWith("'/a\\x0a/b'"));
    EXPECT_THAT(set_attributes(mount, {std::string("directory=/a\0b", 14)}),
                FailsWith("printable ASCII"));
    EXPECT_THAT(set_attributes(mount, {"directory=/gr\xc3\xbc"}), FailsWith("printable ASCII"));
    EXPECT_THAT(set_attributes(mount, {"dire\nctory=/a"}),
                FailsWith("'dire\\x0actory' is not one of"));
}

TEST(Attributes, YesAndNoAreTheOnlyBooleans) {
    Resources resources;
    EXPECT_THAT(set_attributes(resources, {"active=maybe"}), FailsWith("give yes or no"));
    ASSERT_THAT(set_attributes(resources, {"active=no"}), Works());
    EXPECT_FALSE(resources.active);
}

TEST(Attributes, AnEmptyValueIsTheDefault) {
    Resources resources{.active = false, .CPU = "1%-2%,3%"};
    ASSERT_THAT(set_attributes(resources, {"active=", "CPU="}), Works());
    EXPECT_EQ(resources, Resources{});
}

TEST(Attributes, WhatCorralWritesItselfCannotBeSet) {
    General general;
    EXPECT_THAT(set_attributes(general, {"key=5"}),
                FailsWith("'key' is not one of stanza general"));
    EXPECT_THAT(set_attributes(general, {"idbase=0"}), FailsWith("'idbase' is not one of"));
}

TEST(Attributes, ResetGivesDefaultsBackByNameOrAltogether) {
    Resources resources{.active = false, .CPU = "1%-2%,3%", .totalThreads = "9"};
    ASSERT_THAT(reset_attributes(resources, {"CPU"}), Works());
    EXPECT_EQ(resources, (Resources{.active = false, .totalThreads = "9"}));
    ASSERT_THAT(reset_attributes(resources, {}), Works());
    EXPECT_EQ(resources, Resources{});
    EXPECT_THAT(reset_attributes(resources, {"cpu"}),
                FailsWith("'cpu' is not one of stanza resources: active"));
}

TEST(Attributes, ResettingGeneralKeepsItsIdentity) {
    General general{.name = "web1", .autostart = true, .key = 7, .idbase = 131072};
    ASSERT_THAT(reset_attributes(general, {"auto"}), Works());
    ASSERT_THAT(reset_attributes(general, {}), Works());
    EXPECT_EQ(general, (General{.name = "web1", .key = 7, .idbase = 131072}));
}

TEST(Attributes, CopyControlsAndOptionsAreTextByName) {
    Free values;
    ASSERT_THAT(set_attributes(values, Stanza::copy_controls, {"preserve_private=yes"}), Works());
    EXPECT_EQ(values, (Free{{"preserve_private", "yes"}}));
    EXPECT_THAT(set_attributes(values, Stanza::copy_controls, {"shrink=yes"}),
                FailsWith("is not one of stanza copy_controls: preserve_private, preserve_wpars"));
    EXPECT_THAT(set_attributes(values, Stanza::options, {"shrink=yes", "shrink=no"}),
                FailsWith("twice"));
}

TEST(Attributes, EveryStanzaIsFoundByItsName) {
    for (const auto stanza : stanzas()) {
        EXPECT_EQ(find_stanza(stanza_name(stanza)), stanza);
        EXPECT_FALSE(attribute_names(stanza).empty());
    }
    EXPECT_EQ(find_stanza("netwrk"), std::nullopt);
    EXPECT_THAT(attribute_names(Stanza::kext), ElementsAre("kext", "local", "major"));
}

TEST(Privileges, APlainListReplacesTheSet) {
    Security security{.privs = {"PV_TCB"}};
    ASSERT_THAT(set_attributes(security, {"privs=PV_DAC_R, PV_DAC_W", "secfile=/etc/x"}, usual),
                Works());
    EXPECT_EQ(security, (Security{.secfile = "/etc/x", .privs = {"PV_DAC_R", "PV_DAC_W"}}));
    ASSERT_THAT(set_attributes(security, {"privs="}, usual), Works());
    EXPECT_TRUE(security.privs.empty());
}

TEST(Privileges, PlusAndMinusChangeTheDefaultSetWhereThereIsNoOther) {
    Security security;
    ASSERT_THAT(set_attributes(security,
                               {"privs+=PV_NET_RAWSOCK,PV_NET_PORT", "privs-=PV_FS_MOUNT"}, usual),
                Works());
    EXPECT_THAT(security.privs, ElementsAre("PV_NET_PORT", "PV_NET_RAWSOCK"));
    ASSERT_THAT(set_attributes(security, {"privs-=PV_NET_PORT"}, usual), Works());
    EXPECT_THAT(security.privs, ElementsAre("PV_NET_RAWSOCK"));
}

TEST(Privileges, TheLastOneCannotBeTakenAsNoneMeansTheDefault) {
    Security security{.privs = {"PV_TCB"}};
    EXPECT_THAT(set_attributes(security, {"privs-=PV_TCB"}, usual),
                FailsWith("nothing would remain"));
}

TEST(Privileges, TakingOneThatIsNotThereIsATypingError) {
    Security security;
    EXPECT_THAT(
        set_attributes(security, {"privs-=PV_FS_MONT"}, usual),
        FailsWith("'PV_FS_MONT' is not in the privilege set, which is PV_FS_MOUNT,PV_NET_PORT"));
}

TEST(Privileges, OnlyPrivsTakesPlusAndMinus) {
    Security security;
    EXPECT_THAT(set_attributes(security, {"secfile+=/x"}, usual),
                FailsWith("'secfile+' is not one of"));
    EXPECT_THAT(set_attributes(security, {"privs+=PV_A", "privs+=PV_B"}, usual),
                FailsWith("twice"));
}

}  // namespace
}  // namespace spec
