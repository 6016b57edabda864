// An image, a target to unpack it into, and beside them what no image may touch.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "tar_writer.h"
#include "unpack/unpack.h"

class UnpackTest : public testing::Test {
  protected:
    void SetUp() override {
        if (::geteuid() != 0) {
            if (std::getenv("WPAR_TEST_STRICT") != nullptr) FAIL() << "needs root";
            GTEST_SKIP() << "needs root";
        }
        ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
        ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        char name[] = "/var/tmp/corral-unpack.XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        top = name;
        std::filesystem::create_directory(target());
        ASSERT_EQ(::chmod(target().c_str(), 0755), 0);
        file(top + "/outside/secret", "untouched");
        before_ = everything_outside();
    }
    void TearDown() override {
        if (top.empty()) return;
        EXPECT_EQ(everything_outside(), before_) << "something outside of the target has changed";
        std::filesystem::remove_all(top);
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

    std::string target() const { return top + "/target"; }
    std::string image() const { return top + "/image.tar"; }
    std::string inside(const std::string& path) const { return target() + "/" + path; }
    std::string inside_text(const std::string& path) const { return text(inside(path)); }
    bool inside_has(const std::string& path) const { return has(inside(path)); }
    struct stat inside_stat(const std::string& path) const {
        struct stat found = {};
        EXPECT_EQ(::lstat(inside(path).c_str(), &found), 0) << path;
        return found;
    }

    Result<unpack::Image> unpack_image(const std::string& digest = {}) {
        return unpack_from(image(), digest);
    }
    Result<unpack::Image> unpack_from(const std::string& path, const std::string& digest = {}) {
        return unpack::run({.image = path,
                            .target = target(),
                            .ids = {.first = 200000},
                            .digest = digest,
                            .program = CORRAL_UNPACK},
                           [](std::string_view) {});
    }
    Result<unpack::Image> unpack_tar(const TarWriter& tar) {
        file(image(), tar.finish());
        return unpack_image();
    }
    std::string refused(const TarWriter& tar) {
        const auto done = unpack_tar(tar);
        return done ? "unpacked" : done.error().text;
    }

    std::string top;

  private:
    std::map<std::string, std::string> everything_outside() const {
        std::map<std::string, std::string> found;
        for (const auto* folder : {"", "/outside"})
            for (const auto& each : std::filesystem::directory_iterator(top + folder))
                if (each.path() != image() && each.path().filename() != "layout")
                    found[each.path()] = "there";
        found["secret"] = text(top + "/outside/secret");
        return found;
    }
    std::map<std::string, std::string> before_ = {};
};
