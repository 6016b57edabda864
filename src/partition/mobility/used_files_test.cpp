#include "partition/mobility/used_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using namespace partition::mobility;
using Kind = UsedFile::Kind;

TEST(MappedFileTest, IsNamedAndWrittenOnlyWhenMemoryGoesIntoIt) {
    const auto program =
        parse_mapping("55e0-55e1 r-xp 00002000 08:01 1234                       /usr/bin/cat");
    EXPECT_EQ(program.path, "/usr/bin/cat");
    EXPECT_FALSE(program.written);
    EXPECT_FALSE(parse_mapping("7f00-7f01 rw-p 00000000 08:01 12 /srv/private copy").written);
    EXPECT_EQ(parse_mapping("7f00-7f01 rw-p 00000000 08:01 12 /srv/private copy").path,
              "/srv/private copy");
    EXPECT_TRUE(parse_mapping("7f00-7f01 rw-s 00000000 08:01 12 /srv/table").written);
    EXPECT_FALSE(parse_mapping("7f00-7f01 r--s 00000000 08:01 12 /srv/table").written);
}

TEST(MappedFileTest, IsFoundByItsRangeWithoutLeadingZeros) {
    const auto shared = parse_mapping("00400000-00500000 r--s 00000000 08:01 12 /srv/table");
    EXPECT_EQ(shared.range, "400000-500000");
    EXPECT_TRUE(shared.shared);
    EXPECT_FALSE(parse_mapping("7f00-7f01 rw-p 00000000 08:01 12 /srv/table").shared);
}

TEST(MappedFileTest, WhatHasNoNameOrNoneAnyMoreIsNone) {
    EXPECT_EQ(parse_mapping("7ffd-7ffe rw-p 00000000 00:00 0    [stack]").path, "");
    EXPECT_EQ(parse_mapping("7f00-7f01 rw-p 00000000 00:00 0").path, "");
    EXPECT_EQ(parse_mapping("7f00-7f01 rw-s 00000000 00:01 9 /memfd:x (deleted)").path, "");
    EXPECT_EQ(parse_mapping("nonsense /usr/bin/cat").path, "");
}

TEST(UsedFilesTest, CrossTheLinkAsTheyAre) {
    const std::vector<UsedFile> files = {
        {"/srv/a b", Kind::same, 3, 1'700'000'000'000'000'001, "ab"},
        {"/srv/\xc3\xa4\n", Kind::written, 0, 5, ""},
        {"/", Kind::place, 0, 0, ""}};
    EXPECT_EQ(parse_used_files(write(files)), files);
    EXPECT_TRUE(parse_used_files("9 1 1 - /srv/x\n1 1 1 - relative\nwords\n").empty());
}

TEST(UsedFilesTest, AMountOfItsOwnLeadsElsewhereOutside) {
    std::vector<launch::Mount> mounts(2);
    mounts[0].target = "/";
    mounts[0].source = "/";
    mounts[1].target = "/data";
    mounts[1].source = "/srv/elsewhere";
    EXPECT_EQ(path_outside("/data/numbers", mounts), "/srv/elsewhere/numbers");
    EXPECT_EQ(path_outside("/database", mounts), "/database");
}

class DifferencesTest : public ::testing::Test {
  protected:
    DifferencesTest() {
        std::string path = ::testing::TempDir() + "used-XXXXXX";
        if (::mkdtemp(path.data()) != nullptr) folder = path;
    }
    ~DifferencesTest() override { std::filesystem::remove_all(folder); }
    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(folder + "/" + name) << text;
        return folder + "/" + name;
    }
    std::string folder = {};
};

// sha256 of "one"
constexpr auto digest = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";

TEST_F(DifferencesTest, TheSameContentIsNone) {
    const auto path = file("data", "one");
    EXPECT_TRUE(differences({{path, Kind::same, 3, 0, digest}, {folder, Kind::place}}).empty());
}

TEST_F(DifferencesTest, OtherContentAndWhatIsNotThereAreTold) {
    const auto path = file("data", "two");
    const auto lines = differences({{path, Kind::same, 3, 0, digest},
                                    {folder + "/none", Kind::same, 3, 0, digest},
                                    {path, Kind::place}});
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_NE(lines[0].find("is another file there"), std::string::npos) << lines[0];
    EXPECT_NE(lines[1].find("is not there: install or copy it"), std::string::npos) << lines[1];
    EXPECT_NE(lines[2].find("which it works in"), std::string::npos) << lines[2];
}

TEST_F(DifferencesTest, ALargeFileIsKnownByItsTime) {
    const auto path = file("large", "one");
    const auto lines = differences({{path, Kind::same, 3, 12, ""}});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("cp -p"), std::string::npos) << lines[0];
}

}  // namespace
