// A made-up machine of the test's own: an empty root with the real /usr, in which /etc/wpars, /run/wpars and the like
// are nobody else's.
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
#include <iterator>
#include <string>

class MachineTest : public testing::Test {
  protected:
    void SetUp() override {
        if (::geteuid() != 0) {
            if (std::getenv("WPAR_TEST_STRICT") != nullptr) FAIL() << "needs root";
            GTEST_SKIP() << "needs root";
        }
        static const bool moved = [] {
            move_in();
            return !HasFatalFailure();
        }();
        ASSERT_TRUE(moved);
        for (const auto* folder : {"/etc", "/run", "/var", "/wpars"}) {
            std::filesystem::remove_all(folder);
            ASSERT_EQ(::mkdir(folder, 0755), 0);
        }
    }

    static void file(const std::string& path, const std::string& text) {
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        std::ofstream(path) << text;
    }
    static std::string text(const std::string& path) {
        std::ifstream stream(path);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    static bool has(const std::string& path) {
        return std::filesystem::exists(std::filesystem::symlink_status(path));
    }

  private:
    // Once for all tests of the program: whoever has moved in does not move out.
    static void move_in() {
        ASSERT_EQ(::unshare(CLONE_NEWNS | CLONE_NEWNET), 0);
        ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        ASSERT_EQ(::mount("tmpfs", "/mnt", "tmpfs", 0, "mode=755"), 0);
        for (const auto* folder : {"/proc", "/sys", "/usr", "/dev", "/tmp"}) {
            const auto inside = std::string("/mnt") + folder;
            ASSERT_EQ(::mkdir(inside.c_str(), 0755), 0);
            ASSERT_EQ(::mount(folder, inside.c_str(), nullptr, MS_BIND | MS_REC, nullptr), 0);
        }
        for (const auto* name : {"bin", "sbin", "lib", "lib64"})
            ASSERT_EQ(::symlink((std::string("usr/") + name).c_str(),
                                (std::string("/mnt/") + name).c_str()),
                      0);
        ASSERT_EQ(::chroot("/mnt"), 0);
        ASSERT_EQ(::chdir("/"), 0);
    }
};
