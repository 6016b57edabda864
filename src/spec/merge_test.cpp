#include "spec/merge.h"

#include "spec/defaults.h"
#include "spec/test_support.h"

namespace spec {
namespace {

const Definition web1{
    .general = {.name = "web1",
                .hostname = "web1",
                .directory = "/wpars/web1",
                .autostart = true,
                .script = "/etc/hook",
                .uuid = "01234567-89ab-cdef-0123-456789abcdef",
                .key = 7,
                .idbase = 131072,
                .cdate = 5,
                .owner = "joe"},
    .networks = {{.interface = "en0", .address = "10.0.0.5", .netmask = "255.255.255.0"}},
    .mounts = {{.directory = "/", .vfs = "jfs2", .size = "5G", .dev = "/dev/vg0/web1"},
               {.directory = "/data", .vfs = "namefs", .dev = "/srv", .mountopts = "ro"}},
    .resources = {.CPU = "10%-50%,100%", .totalThreads = "100"}};

TEST(Merge, WhatIsSaidLaterWins) {
    const auto merged = merge(web1, {.general = {.hostname = "www"},
                                     .resources = {.active = false, .totalThreads = "unlimited"},
                                     .copy_controls = {{"preserve_wpars", "yes"}}});
    EXPECT_EQ(merged.general.hostname, "www");
    EXPECT_TRUE(merged.general.autostart);
    EXPECT_EQ(merged.resources,
              (Resources{.active = false, .CPU = "10%-50%,100%", .totalThreads = "unlimited"}));
    EXPECT_EQ(merged.copy_controls.at("preserve_wpars"), "yes");
    EXPECT_EQ(merge(web1, {}), web1);
}

TEST(Merge, AMountOfTheSameDirectoryIsReplacedAsAWhole) {
    const auto merged =
        merge(web1, {.mounts = {{.directory = "/data", .vfs = "directory"}, {.directory = "/x"}}});
    ASSERT_EQ(merged.mounts.size(), 3u);
    EXPECT_EQ(merged.mounts[1], (Mount{.directory = "/data", .vfs = "directory"}));
    EXPECT_EQ(merged.mounts[2], (Mount{.directory = "/x"}));
}

TEST(Merge, TheSameAddressIsChangedAndANewOneAdded) {
    const auto merged = merge(
        web1, {.networks = {{.interface = "en1", .address = "10.0.0.5"}, {.address6 = "fd00::1"}}});
    EXPECT_EQ(merged.networks,
              (std::vector<Network>{
                  {.interface = "en1", .address = "10.0.0.5", .netmask = "255.255.255.0"},
                  {.address6 = "fd00::1"}}));
    EXPECT_EQ(
        merge(merged, {.networks = {{.address6 = "fd00:0::1", .prefixlen = "64"}}}).networks.size(),
        2u);
}

TEST(Merge, RoutesImplyRouting) {
    const auto merged = merge(web1, {.routes = {{.rtdest = "default", .rtgateway = "10.0.0.1"}}});
    EXPECT_TRUE(merged.general.routing);
}

TEST(Merge, TheTypeStaysUnlessAnApplicationIsAskedFor) {
    Definition app{.general = {.type = Type::application}};
    EXPECT_FALSE(merge(app, {}).system());
    EXPECT_FALSE(merge({}, app).system());
    EXPECT_TRUE(merge(web1, {}).system());
}

TEST(Derive, ItsOwnAddressesReplaceTheSources) {
    const auto web2 =
        derive(copy_of(web1), {.general = {.name = "web2"}, .networks = {{.address = "10.0.0.6"}}});
    EXPECT_EQ(web2.networks, (std::vector<Network>{{.address = "10.0.0.6"}}));
    EXPECT_EQ(derive(copy_of(web1), {.general = {.name = "web2"}}).networks, web1.networks);
}

TEST(Derive, AnotherNameForgetsTheSourcesIdentity) {
    const auto web2 = derive(web1, {.general = {.name = "web2"}});
    EXPECT_EQ(web2.hostname(), "web2");
    EXPECT_EQ(web2.directory(), "/wpars/web2");
    EXPECT_EQ(web2.general.uuid, "");
    const auto again = derive(web1, {.general = {.name = "web1"}});
    EXPECT_EQ(again.general.uuid, web1.general.uuid);
    EXPECT_EQ(derive(web1, {}).name(), "web1");
}

TEST(Derive, ACopyOfASharedWparCanBeDetached) {
    const auto shared = with_default_mounts({.general = {.name = "web1"}});
    const auto detached =
        derive(copy_of(shared), {.general = {.name = "web2", .privateusr = true}});
    for (const auto& mount : with_default_mounts(detached).mounts)
        if (mount.directory == "/usr" || mount.directory == "/opt")
            EXPECT_EQ(mount.vfs, "overlay") << mount.directory;
        else
            EXPECT_EQ(mount.vfs, mount.directory == "/proc" ? "namefs" : "directory")
                << mount.directory;
}

TEST(CopyOf, LeavesIdentityAndWhatFollowsFromTheName) {
    const auto copy = copy_of(web1);
    EXPECT_EQ(copy.general, (General{.autostart = true, .script = "/etc/hook"}));
    EXPECT_EQ(copy.networks, web1.networks);
    EXPECT_EQ(copy.resources, web1.resources);
}

TEST(CopyOf, OfAnApplicationWparCanBecomeASystemOne) {
    const auto copy =
        copy_of({.general = {.name = "sh", .directory = "/", .type = Type::application}});
    EXPECT_EQ(copy.general, General{});
}

TEST(CopyOf, KeepsAHostNameAndADirectoryThatWereChosen) {
    auto web = web1;
    web.general.hostname = "www";
    web.general.directory = "/srv/www";
    EXPECT_EQ(copy_of(web).general.hostname, "www");
    EXPECT_EQ(copy_of(web).general.directory, "/srv/www");
}

TEST(CopyOf, LeavesTheDevicesUnderItsFileSystems) {
    const auto copy = copy_of(web1);
    EXPECT_EQ(copy.mounts[0].dev, "");
    EXPECT_EQ(copy.mounts[1].dev, "/srv");
}

TEST(Remove, AnAddressInAnySpelling) {
    Definition web{.networks = {{.address = "10.0.0.5"}, {.address6 = "fd00::1"}}};
    EXPECT_THAT(remove_network(web, {.address = "10.0.0.6"}),
                FailsWith("there is no address '10.0.0.6'; defined: 10.0.0.5, fd00::1"));
    ASSERT_THAT(remove_network(web, {.address6 = "fd00:0::1"}), Works());
    ASSERT_THAT(remove_network(web, {.address = "10.0.0.5"}), Works());
    EXPECT_TRUE(web.networks.empty());
    const auto none = remove_network(web, {.address = "10.0.0.5"});
    EXPECT_THAT(none, FailsWith("none is defined"));
    EXPECT_EQ(none.error().kind, Kind::missing);
    EXPECT_EQ(remove_network(web, {}).error().kind, Kind::invalid);
}

TEST(Remove, ARouteByAllThatIsSaidAboutIt) {
    Definition web{.routes = {{.rtdest = "default", .rtgateway = "10.0.0.1"},
                              {.rtdest = "default", .rtgateway = "10.0.0.2"}}};
    EXPECT_THAT(remove_route(web, {.rtdest = "default", .rtgateway = "10.0.0.3"}),
                FailsWith("defined: default via 10.0.0.1, default via 10.0.0.2"));
    ASSERT_THAT(remove_route(web, {.rtdest = "default", .rtgateway = "10.0.0.2"}), Works());
    EXPECT_EQ(web.routes, (std::vector<Route>{{.rtdest = "default", .rtgateway = "10.0.0.1"}}));
}

TEST(Remove, MountsDevicesAndExtensionsByTheirNames) {
    Definition web{.mounts = {{.directory = "/data"}},
                   .devices = {{.devname = "/dev/fuse"}, {.devid = "7"}},
                   .kernel_extensions = {{.kext = "fuse"}}};
    EXPECT_THAT(remove_mount(web, "/dat"), FailsWith("there is no mount '/dat'; defined: /data"));
    EXPECT_THAT(remove_mount(web, "/data"), Works());
    EXPECT_THAT(remove_device(web, {.devname = "/dev/null"}), FailsWith("defined: /dev/fuse, 7"));
    EXPECT_THAT(remove_device(web, {.devid = "7"}), Works());
    EXPECT_THAT(remove_device(web, {.devname = "/dev/fuse"}), Works());
    EXPECT_THAT(remove_kernel_extension(web, "fuse"), Works());
    EXPECT_EQ(web, Definition{});
}

}  // namespace
}  // namespace spec
