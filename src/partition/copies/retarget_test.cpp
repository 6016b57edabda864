#include "partition/copies/retarget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partition::copies {
namespace {

using testing::AllOf;
using testing::HasSubstr;

spec::Definition original() {
    return {.general = {.name = "web1",
                        .vg = "vg0",
                        .autostart = true,
                        .privateusr = true,
                        .script = "/etc/hook",
                        .uuid = "01234567-89ab-cdef-0123-456789abcdef",
                        .key = 7,
                        .idbase = 131072,
                        .cdate = 5},
            .networks = {{.interface = "en0", .address = "10.0.0.5", .netmask = "255.255.255.0"}},
            .mounts = {{.directory = "/", .vfs = "jfs2", .size = "5G"},
                       {.directory = "/srv", .vfs = "namefs", .dev = "/srv/shared"},
                       {.directory = "/usr", .vfs = "overlay", .dev = "generation:3"}},
            .resources = {.totalThreads = "100"}};
}

spec::Definition called(const std::string& name) { return {.general = {.name = name}}; }

spec::Definition made(const Retarget& wanted) {
    auto definition = retarget(wanted);
    EXPECT_TRUE(definition) << definition.error().text;
    return definition ? *definition : spec::Definition();
}

TEST(Retarget, CopiesSettingsAndNoIdentity) {
    const auto web2 = made({original(), called("web2")});
    EXPECT_EQ(web2.name(), "web2");
    EXPECT_EQ(web2.hostname(), "web2");
    EXPECT_EQ(web2.directory(), "/wpars/web2");
    EXPECT_EQ(web2.general.uuid, "");
    EXPECT_EQ(web2.general.key, 0U);
    EXPECT_EQ(web2.general.idbase, 0U);
    EXPECT_EQ(web2.general.cdate, 0);
    EXPECT_EQ(web2.general.vg, "vg0");
    EXPECT_EQ(web2.general.script, "/etc/hook");
    EXPECT_TRUE(web2.general.privateusr);
    EXPECT_EQ(web2.mounts, original().mounts);
    EXPECT_EQ(web2.resources, original().resources);
}

TEST(Retarget, IsStartedAtBootOnlyWhenAsked) {
    EXPECT_FALSE(made({original(), called("web2")}).general.autostart);
    auto over = called("web2");
    over.general.autostart = true;
    EXPECT_TRUE(made({original(), over}).general.autostart);
}

TEST(Retarget, NamesThatFollowFromTheNameFollowIt) {
    auto source = original();
    source.general.hostname = "web1.example.com";
    source.general.directory = "/srv/wpars/web1";
    const auto web2 = made({source, called("web2")});
    EXPECT_EQ(web2.hostname(), "web2.example.com");
    EXPECT_EQ(web2.directory(), "/srv/wpars/web2");
}

TEST(Retarget, AHostNameOfItsOwnStaysTheOriginals) {
    auto source = original();
    source.general.hostname = "www.example.com";
    EXPECT_EQ(made({source, called("web2")}).hostname(), "web2");
}

TEST(Retarget, WhatIsAskedForWins) {
    auto over = called("web2");
    over.general.hostname = "shop";
    over.general.directory = "/srv/shop";
    over.networks = {{.address = "10.0.0.6"}};
    over.mounts = {{.directory = "/", .size = "8G"}};
    const auto web2 = made({original(), over});
    EXPECT_EQ(web2.hostname(), "shop");
    EXPECT_EQ(web2.directory(), "/srv/shop");
    EXPECT_EQ(web2.networks, over.networks);
    EXPECT_EQ(web2.mounts[0], (spec::Mount{.directory = "/", .vfs = "jfs2", .size = "8G"}));
}

TEST(Retarget, AddressesStayForTheMachineToJudge) {
    EXPECT_EQ(made({original(), called("web2")}).networks, original().networks);
}

TEST(Retarget, ADeviceOfTheOriginalNeedsAnother) {
    auto source = original();
    source.mounts[0] = {.directory = "/", .vfs = "ext4", .dev = "/dev/sdb1"};
    const auto refused = retarget({source, called("web2")});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::busy);
    EXPECT_THAT(refused.error().text,
                AllOf(HasSubstr("/dev/sdb1"), HasSubstr("web1"), HasSubstr("dev=DEVICE")));
    auto over = called("web2");
    over.mounts = {{.directory = "/", .vfs = "ext4", .dev = "/dev/sdc1"}};
    EXPECT_EQ(made({source, over}).mounts[0].dev, "/dev/sdc1");
    EXPECT_EQ(made({source, called("web2"), true}).mounts[0].dev, "/dev/sdb1");
}

TEST(Retarget, ContentIsTheOriginals) {
    auto over = called("web2");
    over.general.privateusr = true;
    EXPECT_EQ(retarget({original(), over}).error().kind, Kind::invalid);
    over = called("web2");
    over.general.image = "/srv/image.tar";
    EXPECT_EQ(retarget({original(), over}).error().kind, Kind::invalid);
}

TEST(Retarget, TheNewNameMustBeOne) {
    for (const auto* odd : {"", "a/b", "-x", "a.b"})
        EXPECT_EQ(retarget({original(), called(odd)}).error().kind, Kind::invalid) << odd;
}

}  // namespace
}  // namespace partition::copies
