#include "partition/site_defaults.h"

#include <gmock/gmock.h>

namespace partition {
namespace {

using testing::HasSubstr;

const SiteDefaults follow = {.share_generations = true};

TEST(SiteDefaults, SayWhatSharedWparsShare) {
    EXPECT_EQ(*parse_site_defaults(""), SiteDefaults{});
    EXPECT_EQ(*parse_site_defaults("# nothing\n\nshared = live\n"), SiteDefaults{});
    EXPECT_EQ(*parse_site_defaults("shared=generation  # from now on\n"), follow);
}

TEST(SiteDefaults, WhatMakesNoSenseIsNamedWithItsLine) {
    EXPECT_THAT(parse_site_defaults("\nshared = old\n").error().text,
                HasSubstr("line 2: shared = 'old' is neither live nor generation"));
    EXPECT_THAT(parse_site_defaults("shred = live").error().text,
                HasSubstr("'shred' is no default"));
    EXPECT_THAT(parse_site_defaults("shared").error().text, HasSubstr("name = value"));
}

TEST(SiteDefaults, AddToWhatWasAskedForAndReplaceNothing) {
    const spec::Definition asked = {.general = {.name = "web1"},
                                    .mounts = {{.directory = "/usr", .vfs = "directory"}}};
    EXPECT_EQ(with_site_defaults(asked, {}), asked);
    const auto made = with_site_defaults(asked, follow);
    ASSERT_EQ(made.mounts.size(), 2U);
    EXPECT_EQ(made.mounts[0].vfs, "directory");
    EXPECT_EQ(made.mounts[1].directory, "/opt");
    EXPECT_EQ(made.mounts[1].dev, "generation");
    auto detached = asked;
    detached.general.privateusr = true;
    EXPECT_EQ(with_site_defaults(detached, follow), detached);
}

TEST(SiteDefaults, WhereThereIsNoOptToShareItIsTheWparsOwn) {
    const spec::Definition asked = {.general = {.name = "web1"}};
    const auto made = with_site_defaults(asked, {.has_opt = false});
    ASSERT_EQ(made.mounts.size(), 1U);
    EXPECT_EQ(made.mounts[0].directory, "/opt");
    EXPECT_EQ(made.mounts[0].vfs, "directory");
    const spec::Definition other = {.general = {.name = "web1"},
                                    .mounts = {{.directory = "/opt", .vfs = "tmpfs"}}};
    EXPECT_EQ(with_site_defaults(other, {.has_opt = false}), other);
}

}  // namespace
}  // namespace partition
