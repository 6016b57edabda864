#include "spec/defaults.h"

#include "spec/check.h"
#include "spec/test_support.h"

namespace spec {
namespace {

std::string shown(const Definition& definition) {
    std::string text;
    for (const auto& each : with_default_mounts(definition).mounts)
        text += cat(each.directory, " ", each.vfs, each.dev.empty() ? "" : " ", each.dev,
                    each.mountopts.empty() ? "" : " ", each.mountopts, each.size.empty() ? "" : " ",
                    each.size, "\n");
    return text;
}

TEST(DefaultMounts, ASharedWparHasAIXsLayout) {
    EXPECT_EQ(
        shown({.general = {.name = "web1"}}),
        "/ directory\n/home directory\n/opt namefs /opt ro\n/proc namefs /proc rw\n/tmp directory\n"
        "/usr namefs /usr ro\n/var directory\n");
}

TEST(DefaultMounts, ADetachedOneHasItsOwnViewsOverTheNewestGeneration) {
    EXPECT_EQ(shown({.general = {.name = "web1", .privateusr = true}}),
              "/ directory\n/home directory\n/opt overlay generation\n/proc namefs /proc rw\n"
              "/tmp directory\n/usr overlay generation\n/var directory\n");
}

TEST(DefaultMounts, AUserLandOfItsOwnSharesNothing) {
    const auto* own =
        "/ directory\n/home directory\n/opt directory\n/proc namefs /proc rw\n/tmp directory\n"
        "/usr directory\n/var directory\n";
    EXPECT_EQ(shown({.general = {.name = "web1", .image = "/srv/image.tar"}}), own);
    EXPECT_EQ(shown({.general = {.name = "web1", .systemcopy = true}}), own);
    EXPECT_EQ(shown({.general = {.name = "web1", .privateusr = true, .systemcopy = true}}), own);
}

TEST(DefaultMounts, AGenerationIsSharedUnlessAViewIsAskedFor) {
    Definition one{.general = {.name = "web1"},
                   .mounts = {{.directory = "/usr", .dev = "generation:3"}}};
    EXPECT_THAT(shown(one), testing::HasSubstr("/usr namefs generation:3"));
}

TEST(DefaultMounts, OneFileSystemCanHoldAllTheOthers) {
    Definition one{.general = {.name = "mywpar01"},
                   .mounts = {{.directory = "/", .vfs = "jfs2", .size = "5G"}}};
    for (const auto* directory : {"/var", "/tmp", "/home", "/usr", "/opt"})
        one.mounts.push_back({.directory = directory, .vfs = "directory"});
    EXPECT_EQ(shown(one),
              "/ jfs2 5G\n/home directory\n/opt directory\n/proc namefs /proc rw\n/tmp directory\n"
              "/usr directory\n/var directory\n");
    EXPECT_THAT(check(one), Works());
}

TEST(DefaultMounts, TheVfsFollowsFromWhatIsSaid) {
    Definition web{.general = {.name = "web1"},
                   .mounts = {{.directory = "/big", .size = "1G"},
                              {.directory = "/lv", .dev = "/dev/vg0/data"},
                              {.directory = "/nfs", .dev = "/export", .host = "filer"},
                              {.directory = "/plain"},
                              {.directory = "/shared", .dev = "/srv/shared"}}};
    EXPECT_THAT(shown(web),
                testing::AllOf(
                    testing::HasSubstr("\n/big jfs2 1G\n/home directory\n/lv jfs2 /dev/vg0/data\n"
                                       "/nfs nfs /export\n"),
                    testing::HasSubstr("\n/plain directory\n/proc namefs /proc rw\n"
                                       "/shared namefs /srv/shared\n")));
}

TEST(DefaultMounts, ADefaultOneCanBeChangedInPart) {
    Definition web{.general = {.name = "web1"},
                   .mounts = {{.directory = "/opt", .mountopts = "ro,noexec"}}};
    EXPECT_THAT(shown(web), testing::HasSubstr("/opt namefs /opt ro,noexec\n"));
}

TEST(DefaultMounts, AnApplicationWparHasNone) {
    Definition app{
        .general = {.name = "vmstat", .type = Type::application},
        .mounts = {{.directory = "/data"}, {.directory = "/n", .dev = "/export", .host = "filer"}}};
    EXPECT_EQ(shown(app), "/data \n/n nfs /export\n");
}

TEST(DefaultMounts, DoneTwiceChangesNothing) {
    Definition web{.general = {.name = "web1"},
                   .mounts = {{.directory = "/x"}, {.directory = "/usr", .size = "1G"}}};
    const auto once = with_default_mounts(web);
    EXPECT_EQ(with_default_mounts(once), once);
}

TEST(DefaultMounts, CanBeTakenAwayAgain) {
    Definition web{.general = {.name = "web1"},
                   .mounts = {{.directory = "/opt", .vfs = "directory"}}};
    EXPECT_EQ(without_default_mounts(with_default_mounts(web)), web);
}

}  // namespace
}  // namespace spec
