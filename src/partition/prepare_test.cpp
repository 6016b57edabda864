#include "partition/prepare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/test_tree.h"
#include "spec/file.h"

namespace partition {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::MatchesRegex;

spec::Definition named(const std::string& name) {
    spec::Definition definition;
    definition.general.name = name;
    definition.networks = {{.interface = "en0", .address = "10.99.0.5", .netmask = "255.255.0.0"}};
    return definition;
}

TEST(NewUuid, IsAnotherEachTime) {
    const auto uuid = new_uuid();
    ASSERT_TRUE(uuid);
    EXPECT_THAT(*uuid, MatchesRegex("[0-9a-f-]+"));
    EXPECT_EQ(uuid->size(), 36U);
    EXPECT_NE(*uuid, *new_uuid());
}

TEST(Prepare, AddsDefaultMountsAndAUuid) {
    const auto prepared = prepare(named("web1"));
    ASSERT_TRUE(prepared) << prepared.error().text;
    EXPECT_EQ(prepared->general.uuid.size(), 36U);
    EXPECT_FALSE(prepared->general.privateusr);
    for (const auto* directory : {"/", "/home", "/tmp", "/var", "/usr", "/opt", "/proc"})
        EXPECT_THAT(prepared->mounts, Contains(Field(&spec::Mount::directory, directory)));
}

TEST(Prepare, SeesThatUsrIsPrivate) {
    auto definition = named("web1");
    definition.mounts = {{.directory = "/usr", .vfs = "directory"}};
    EXPECT_TRUE(prepare(definition)->general.privateusr);
}

TEST(Prepare, LeavesAGivenUuidAndMaskAlone) {
    auto definition = named("web1");
    definition.general.uuid = "12345678-1234-1234-1234-123456789abc";
    const auto prepared = prepare(definition);
    ASSERT_TRUE(prepared) << prepared.error().text;
    EXPECT_EQ(prepared->general.uuid, definition.general.uuid);
    EXPECT_EQ(prepared->networks, definition.networks);
}

TEST(Prepare, RefusesABadName) {
    for (const auto* odd : {"", ".", "..", "a/b", "a b", "-x", "a\nb"})
        EXPECT_EQ(prepare(named(odd)).error().kind, Kind::invalid) << odd;
}

TEST(Prepare, ListsTheInterfacesWhenAnAddressIsOnNone) {
    auto definition = named("web1");
    definition.networks = {{.address = "203.0.113.77"}};
    const auto prepared = prepare(definition);
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().kind, Kind::missing);
    EXPECT_THAT(prepared.error().text,
                HasSubstr("203.0.113.77 is on no subnet of a global interface"));
    EXPECT_THAT(prepared.error().text, HasSubstr("there are: "));
}

TEST(Prepare, TakesAnAddressOnNoSubnetOfItsInterfaceAsAHosts) {
    auto definition = named("web1");
    definition.networks = {{.interface = "lo", .address = "203.0.113.77"}};
    EXPECT_EQ(prepare(definition)->networks[0].netmask, "255.255.255.255");
}

TEST(Prepare, RoutesMeanRoutingOfItsOwn) {
    auto definition = named("web1");
    definition.routes = {{.rtdest = "default", .rtgateway = "10.99.0.1"}};
    const auto prepared = prepare(definition);
    ASSERT_TRUE(prepared) << prepared.error().text;
    EXPECT_TRUE(prepared->general.routing);
}

TEST(WriteSpecification, ReplacesAFileOnlyWhenForced) {
    const os::TestTree tree;
    tree.file("web1.spec", "mine");
    const auto path = tree.path("web1.spec");
    const auto written = write_specification(named("web1"), path, false);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, Kind::exists);
    EXPECT_THAT(written.error().text, HasSubstr("use -F"));
    EXPECT_EQ(tree.text("web1.spec"), "mine");
    ASSERT_TRUE(write_specification(named("web1"), path, true));
    EXPECT_EQ(spec::parse(tree.text("web1.spec"), path)->networks, named("web1").networks);
}

}  // namespace
}  // namespace partition
