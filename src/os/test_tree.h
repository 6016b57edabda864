// A directory of a test's own, with a few words to fill it.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "os/dir.h"

namespace os {

class TestTree {
  public:
    TestTree() {
        auto name = testing::TempDir() + "corral.XXXXXX";
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        top_ = name;
    }
    TestTree(const TestTree&) = delete;
    TestTree& operator=(const TestTree&) = delete;
    ~TestTree() {
        std::error_code ignored;
        std::filesystem::remove_all(top_, ignored);
    }
    std::string path(const std::string& below) const { return top_ + "/" + below; }
    const std::string& top() const { return top_; }
    void directory(const std::string& below) const {
        std::filesystem::create_directories(path(below));
    }
    void file(const std::string& below, const std::string& text = {}) const {
        std::ofstream(path(below)) << text;
    }
    void link(const std::string& below, const std::string& leads_to) const {
        ASSERT_EQ(::symlink(leads_to.c_str(), path(below).c_str()), 0);
    }
    void fifo(const std::string& below) const { ASSERT_EQ(::mkfifo(path(below).c_str(), 0600), 0); }
    std::string text(const std::string& below) const {
        std::ifstream stream(path(below));
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    bool has(const std::string& below) const {
        return std::filesystem::exists(std::filesystem::symlink_status(path(below)));
    }
    Dir dir(const std::string& below = ".") const { return *Dir::open(path(below)); }

  private:
    std::string top_;
};

}  // namespace os
