// A small WPAR to start: a private tree whose /usr is the machine's own, shared read-only; its init
// is a shell script.
#pragma once
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "launch/launch.h"
#include "os/dir.h"
#include "os/idmap_probe.h"
#include "os/process.h"
#include "security/filter.h"
#include "security/privileges.h"

namespace launch {

inline bool strict() { return std::getenv("WPAR_TEST_STRICT") != nullptr; }

#define NEEDS(condition, reason)          \
    if (!(condition)) {                   \
        if (strict()) FAIL() << (reason); \
        GTEST_SKIP() << (reason);         \
    }

inline int wait_status(pid_t pid) {
    int status = -1;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

class LaunchTest : public testing::Test {
  protected:
    void SetUp() override {
        NEEDS(::geteuid() == 0, "needs root");
        ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
        ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        std::string name = "/var/tmp/launch.XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        base_ = name;
        ASSERT_EQ(::chmod(base_.c_str(), 0755), 0);
    }
    void TearDown() override {
        if (base_.empty()) return;
        EXPECT_TRUE(os::remove_tree(base_));
    }
    std::string path(const std::string& below) const { return base_ + "/" + below; }
    std::string text(const std::string& below) const {
        const auto read = os::read_file(path(below));
        return read ? *read : read.error().text;
    }

    std::string base_;
};

}  // namespace launch
