// A small made-up global environment, and a target for a WPAR's root, in a mount namespace of the
// test's own.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "os/dir.h"

namespace rootpart {

class RootpartTest : public ::testing::Test {
  protected:
    std::filesystem::path top;

    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
        ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        char name[] = "/var/tmp/corral-rootpart.XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        top = name;
        directory("global");
        directory("target");
    }
    void TearDown() override {
        if (top.empty()) return;
        (void)::umount2((top / "target").c_str(), MNT_DETACH);
        (void)::umount2((top / "global/usr/mounted").c_str(), MNT_DETACH);
        std::filesystem::remove_all(top);
    }
    void directory(const std::string& path, mode_t mode = 0755) const {
        std::filesystem::create_directories(top / path);
        ASSERT_EQ(::chmod((top / path).c_str(), mode), 0);
    }
    void file(const std::string& path, const std::string& text, mode_t mode = 0644) const {
        std::filesystem::create_directories((top / path).parent_path());
        std::ofstream(top / path) << text;
        ASSERT_EQ(::chmod((top / path).c_str(), mode), 0);
    }
    void link(const std::string& path, const std::string& leads_to) const {
        std::filesystem::create_directories((top / path).parent_path());
        std::filesystem::create_symlink(leads_to, top / path);
    }
    std::string text(const std::string& path) const {
        std::ostringstream all;
        all << std::ifstream(top / path).rdbuf();
        return all.str();
    }
    bool has(const std::string& path) const {
        return std::filesystem::exists(std::filesystem::symlink_status(top / path));
    }
    struct stat stat(const std::string& path) const {
        struct stat found = {};
        EXPECT_EQ(::lstat((top / path).c_str(), &found), 0) << path;
        return found;
    }
    mode_t mode(const std::string& path) const { return stat(path).st_mode & 07777; }
    os::Dir open(const std::string& path) const { return *os::Dir::open((top / path).string()); }
};

}  // namespace rootpart
