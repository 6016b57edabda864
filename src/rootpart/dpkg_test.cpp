#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "rootpart/packages.h"

namespace rootpart {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class DpkgTest : public ::testing::Test {
  protected:
    std::filesystem::path top;
    os::Dir global;

    void SetUp() override {
        auto name = (std::filesystem::temp_directory_path() / "corral-dpkg.XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        top = name;
        global = *os::Dir::open(name);
    }
    void TearDown() override { std::filesystem::remove_all(top); }
    void file(const std::string& path, const std::string& text) const {
        std::filesystem::create_directories((top / path).parent_path());
        std::ofstream(top / path) << text;
    }
};

TEST_F(DpkgTest, OwnedPathsComeFromTheListsAndOnlyTheirPrivatePartCounts) {
    file("var/lib/dpkg/status", "");
    file("var/lib/dpkg/info/ssh:amd64.list",
         "/.\n/etc\n/etc/ssh\n/usr/sbin/sshd\n/etc/with blank\n");
    file("var/lib/dpkg/info/base.list", "/var\n/var/log\n/root");
    file("var/lib/dpkg/info/base.md5sums", "/etc/not-a-list\n");
    const auto packages = read_packages(global);
    ASSERT_TRUE(packages) << packages.error().text;
    EXPECT_THAT(packages->owned, UnorderedElementsAre("/etc", "/etc/ssh", "/etc/with blank", "/var",
                                                      "/var/log", "/root"));
    EXPECT_THAT(packages->database, ElementsAre("/var/lib/dpkg"));
}

TEST_F(DpkgTest, ChecksumsComeFromStatusAndUcf) {
    file("var/lib/dpkg/info/x.list", "");
    file("var/lib/dpkg/status",
         "Package: x\nStatus: install ok installed\nConffiles:\n /etc/a 11\n /etc/b 22 obsolete\n"
         " /etc/new newconffile\nDescription: text\n /etc/c 33\n\nPackage: y\nConffiles:\n /etc/d "
         "44\n");
    file("var/lib/ucf/registry", "openssh-server \t /etc/ssh/sshd_config\nodd line here\n");
    file("var/lib/ucf/hashfile", "55  /etc/ssh/sshd_config\n");
    const auto packages = read_packages(global);
    ASSERT_TRUE(packages) << packages.error().text;
    EXPECT_THAT(packages->shipped_md5,
                UnorderedElementsAre(Pair("/etc/a", "11"), Pair("/etc/b", "22"),
                                     Pair("/etc/d", "44"), Pair("/etc/ssh/sshd_config", "55")));
    EXPECT_TRUE(packages->owns("/etc/new"));
    EXPECT_TRUE(packages->owns("/etc/ssh/sshd_config"));
    EXPECT_FALSE(packages->owns("/etc/c"));
}

TEST_F(DpkgTest, ADivertedFileIsOwnedWhereItLies) {
    file("var/lib/dpkg/status", "");
    file("var/lib/dpkg/info/x.list", "/etc/x\n");
    file("var/lib/dpkg/diversions",
         "/etc/x\n/etc/x.distrib\ny\n/etc/other\n/etc/other.distrib\nz\n");
    const auto packages = read_packages(global);
    EXPECT_TRUE(packages->owns("/etc/x.distrib"));
    EXPECT_FALSE(packages->owns("/etc/other.distrib"));
}

TEST_F(DpkgTest, NoDatabaseIsUnsupported) {
    const auto packages = read_packages(global);
    ASSERT_FALSE(packages);
    EXPECT_EQ(packages.error().kind, Kind::unsupported);
    EXPECT_THAT(packages.error().text, HasSubstr("/var/lib/dpkg/status"));
}

}  // namespace
}  // namespace rootpart
