// Judges of file systems, their room, and who may write to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "doctor/filesystems.h"
#include "doctor/idmap.h"
#include "doctor/loop.h"
#include "doctor/permissions.h"
#include "doctor/space.h"
#include "doctor/test_support.h"

namespace doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Known system_wpar(const std::string& name, std::vector<spec::Mount> mounts = {}) {
    Known known = {.name = name, .definition = spec::Definition()};
    known.definition->general.name = name;
    known.definition->mounts = std::move(mounts);
    return known;
}

TEST(Idmap, APlaceThatCannotShiftIdsIsAnErrorOfWhoUsesIt) {
    const auto report = judge_idmap(
        {{"/wpars", "", "ext4", {}},
         {"/srv/nfs", "workload partition web1", "nfs4",
          Error{Kind::unsupported, "'/srv/nfs' cannot shift ids; use a directory on ext4"}}});
    EXPECT_EQ(report.state, "/wpars (ext4)");
    EXPECT_THAT(only(report), finds(Severity::error, "workload partition web1: '/srv/nfs' cannot"));
    EXPECT_EQ(only(report).remedy, "use a directory on ext4");
    EXPECT_EQ(only(report).subject, "/srv/nfs");
}

TEST(Idmap, LooksAtBaseDirectoriesAndWhatIsSharedOnce) {
    Survey survey;
    survey.wpars.push_back(
        system_wpar("web1", {{.directory = "/usr", .vfs = "namefs", .dev = "/usr"},
                             {.directory = "/data", .vfs = "namefs", .dev = "/srv/data"}}));
    std::vector<std::string> paths;
    for (const auto& place : places_of(survey)) paths.push_back(place.path);
    EXPECT_THAT(paths, ElementsAre("/wpars", "/usr", "/opt", "/wpars/web1", "/srv/data"));
}

TEST(FileSystems, AnUnknownTypeIsAsBadAsItIsUsed) {
    const auto report =
        judge_types({.known = {"btrfs"}, .unknown = {"ext4", "xfs", "overlay"}, .used = {"xfs"}});
    EXPECT_EQ(report.state, "btrfs");
    EXPECT_THAT(report.findings, ElementsAre(finds(Severity::warning, "ext4"),
                                             finds(Severity::error, "xfs, which workload"),
                                             finds(Severity::note, "overlay")));
    EXPECT_EQ(report.findings[1].remedy, "modprobe xfs, or a kernel that has it");
}

TEST(FileSystems, AnOrdinaryUserCannotKnowWhatAModuleWouldBring) {
    EXPECT_THAT(only(judge_types({.unknown = {"xfs"}, .certain = false})),
                finds(Severity::unknown, "xfs is not loaded"));
}

TEST(Loop, MissingDevicesAreAnErrorWhereImagesAre) {
    EXPECT_THAT(only(judge_loop({.error = ENOENT})), finds(Severity::warning, "no loop devices"));
    const auto report = judge_loop({.error = ENOENT, .users = {"db", "web1"}});
    EXPECT_THAT(only(report), finds(Severity::error, "which need db, web1"));
    EXPECT_THAT(only(report).remedy, HasSubstr("modprobe loop"));
}

TEST(Loop, AnOrdinaryUserMayNotOpenThem) {
    EXPECT_THAT(only(judge_loop({.error = EACCES, .root = false})),
                finds(Severity::unknown, "only root"));
    EXPECT_THAT(judge_loop({.error = 0}).findings, IsEmpty());
}

TEST(Permissions, WhatOthersCouldChangeIsAnError) {
    const auto report = judge_permissions({.places = {{"/etc/wpars", 0, 0755},
                                                      {"/etc/wpars/web1.cf", 0, 0666},
                                                      {"/run/wpars/it's", 1000, 0700}}});
    EXPECT_THAT(report.findings,
                ElementsAre(finds(Severity::error, "'/etc/wpars/web1.cf' can be written by others"),
                            finds(Severity::error, "belongs to user 1000")));
    EXPECT_EQ(report.findings[0].remedy, "chmod go-w /etc/wpars/web1.cf");
    EXPECT_EQ(report.findings[1].remedy, "chown root:root '/run/wpars/it'\\''s'");
}

constexpr std::uint64_t giga = 1 << 30;

TEST(Space, ThereIsEnough) {
    const auto report = judge_space({{.paths = {"/wpars", "/var/lib/wpars"},
                                      .bytes = 100 * giga,
                                      .free_bytes = 50 * giga,
                                      .files = 1000,
                                      .free_files = 900}});
    EXPECT_EQ(report.state, "free: /wpars, /var/lib/wpars 50 GB");
    EXPECT_THAT(report.findings, IsEmpty());
}

TEST(Space, LittleIsAWarningAndNoneAnError) {
    Volume volume = {.paths = {"/wpars"}, .bytes = 10 * giga, .free_bytes = 50 << 20};
    EXPECT_THAT(only(judge_space({volume})), finds(Severity::warning, "/wpars: only 50 MB left"));
    volume.free_bytes = 0;
    EXPECT_THAT(only(judge_space({volume})), finds(Severity::error, "/wpars: no space left"));
    volume.user = "web1";
    EXPECT_THAT(only(judge_space({volume})), finds(Severity::warning, "workload partition web1"));
}

TEST(Space, InodesEndToo) {
    Volume volume = {.paths = {"/wpars"}, .bytes = giga, .free_bytes = giga, .files = 100'000};
    EXPECT_THAT(only(judge_space({volume})), finds(Severity::error, "no inodes left"));
    volume.free_files = 1000;
    EXPECT_THAT(only(judge_space({volume})), finds(Severity::warning, "only 1000 inodes left"));
}

TEST(Space, AReadOnlyFileSystemIsAnError) {
    EXPECT_THAT(only(judge_space(
                    {{.paths = {"/run"}, .bytes = giga, .free_bytes = giga, .read_only = true}})),
                finds(Severity::error, "read-only"));
}

TEST(Space, ImagesThatMayOutgrowTheDiskAreANote) {
    EXPECT_THAT(only(judge_space({{.paths = {"/var/lib/wpars"},
                                   .bytes = 10 * giga,
                                   .free_bytes = 4 * giga,
                                   .promised = 20 * giga}})),
                finds(Severity::note, "images may still grow by 20 GB, but only 4096 MB"));
}

}  // namespace
}  // namespace doctor
