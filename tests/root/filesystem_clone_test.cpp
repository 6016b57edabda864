// Twins of real images, of stopped file systems and of some that are in use.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "filesystem/attach.h"
#include "filesystem/clone.h"
#include "filesystem/device.h"
#include "filesystem/make.h"
#include "os/dir.h"

namespace filesystem {
namespace {

#define ASSERT_OK(expression)                                    \
    do {                                                         \
        const auto& done_ = (expression);                        \
        ASSERT_TRUE(done_) << (done_ ? "" : done_.error().text); \
    } while (false)

class CloneTest : public ::testing::TestWithParam<Type> {
  protected:
    std::string top;

    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        if (!check_maker(GetParam())) GTEST_SKIP() << "no mkfs for " << kernel_name(GetParam());
        ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
        ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        char name[] = "/var/tmp/corral-clone.XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        top = name;
        for (const auto* base : {"/web1", "/web2"})
            ASSERT_EQ(::mkdir((top + base).c_str(), 0755), 0);
        ASSERT_OK(create(of("web1")));
        ASSERT_OK(mount_in(base("web1"), of("web1")));
        std::ofstream(base("web1") + "/file") << "content";
    }
    void TearDown() override {
        if (top.empty()) return;
        EXPECT_TRUE(unmount_all(top, {.lazy = true}));
        EXPECT_TRUE(os::remove_tree(top));
    }
    FileSystem of(const std::string& wpar) const {
        return {.wpar = wpar,
                .directory = "/",
                .type = GetParam(),
                .size = std::uint64_t{400} << 20,
                .store = top + "/store"};
    }
    std::string base(const std::string& wpar) const { return top + "/" + wpar; }
    static std::string text(const std::string& path) {
        std::ostringstream all;
        all << std::ifstream(path).rdbuf();
        return all.str();
    }
    void expect_side_by_side() const {
        ASSERT_OK(own_identity(of("web2")));
        ASSERT_OK(mount_in(base("web1"), of("web1")));
        ASSERT_OK(mount_in(base("web2"), of("web2")));
        EXPECT_EQ(text(base("web2") + "/file"), "content");
        std::ofstream(base("web2") + "/file") << "other";
        EXPECT_EQ(text(base("web1") + "/file"), "content");
    }
};

TEST_P(CloneTest, ATwinOfAStoppedOneIsMountedBesideItUnderItsOwnLabel) {
    ASSERT_OK(unmount_all(base("web1")));
    ASSERT_OK(clone({of("web1"), of("web2")}));
    expect_side_by_side();
    EXPECT_EQ(content_of(backing(of("web2")))->label, "web2/");
    EXPECT_EQ(content_of(backing(of("web1")))->label, "web1/");
}

TEST_P(CloneTest, ATwinOfOneInUseIsWholeAndTheOtherGoesOn) {
    ASSERT_TRUE(*is_in_use(of("web1")));
    {
        const auto frozen = Frozen::begin(of("web1"));
        ASSERT_OK(frozen);
        EXPECT_EQ(Frozen::begin(of("web1")).error().kind, Kind::busy);
        ASSERT_OK(clone({of("web1"), of("web2")}));
    }
    expect_side_by_side();
    std::ofstream(base("web1") + "/more") << "goes on";
    EXPECT_EQ(text(base("web1") + "/more"), "goes on");
    EXPECT_FALSE(os::exists(base("web2") + "/more"));
}

TEST_P(CloneTest, WhatAKilledCommandLeftFrozenIsThawed) {
    ASSERT_OK(thaw(of("web1")));  // one that is not frozen is fine
    auto frozen = Frozen::begin(of("web1"));
    ASSERT_OK(frozen);
    ASSERT_OK(thaw(of("web1")));
    std::ofstream(base("web1") + "/more") << "goes on";  // would wait for ever
    EXPECT_EQ(text(base("web1") + "/more"), "goes on");
    ASSERT_OK(unmount_all(base("web1")));
}

TEST_P(CloneTest, OneThatIsKilledWhileItFreezesHoldsNobodyForLong) {
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    const auto child = ::fork();
    if (child == 0) {
        const auto frozen = Frozen::begin(of("web1"));
        (void)!::write(ends[1], frozen ? "y" : "n", 1);
        ::pause();
    }
    char said = 0;
    ASSERT_EQ(::read(ends[0], &said, 1), 1);
    ASSERT_EQ(said, 'y');
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    std::ofstream(base("web1") + "/more") << "goes on";  // would wait for ever
    EXPECT_EQ(text(base("web1") + "/more"), "goes on");
}

TEST_P(CloneTest, AnImageKeepsItsHolesAndOneThatFailsLeavesNothing) {
    ASSERT_OK(unmount_all(base("web1")));
    const std::atomic<bool> stop = true;
    EXPECT_FALSE(clone({of("web0"), of("web2"), &stop}));
    EXPECT_FALSE(os::exists(backing(of("web2"))));
    ASSERT_OK(clone({of("web1"), of("web2")}));
    struct stat found = {};
    ASSERT_EQ(::stat(backing(of("web2")).c_str(), &found), 0);
    EXPECT_EQ(static_cast<std::uint64_t>(found.st_size), of("web2").size);
    EXPECT_LT(found.st_blocks * 512, 100 << 20);
    EXPECT_EQ(clone({of("web1"), of("web2")}).error().kind, Kind::exists);
}

INSTANTIATE_TEST_SUITE_P(Image, CloneTest, ::testing::Values(Type::ext4, Type::xfs, Type::btrfs),
                         [](const auto& one) { return std::string(kernel_name(one.param)); });

TEST(CanBeCloned, OnlyWhatDiffersInItsNameAlone) {
    const FileSystem web1 = {.wpar = "web1", .directory = "/data", .type = Type::ext4};
    auto web2 = web1;
    web2.wpar = "web2";
    EXPECT_TRUE(can_be_cloned(web1, web2));
    web2.size = std::uint64_t{6} << 30;
    EXPECT_FALSE(can_be_cloned(web1, web2));
    web2.size = default_size;
    EXPECT_TRUE(can_be_cloned(web1, web2)) << "no size means that one";
    web2.type = Type::xfs;
    EXPECT_FALSE(can_be_cloned(web1, web2));
    web2.type = Type::ext4;
    web2.device = "/dev/sdb1";
    EXPECT_FALSE(can_be_cloned(web1, web2));
    auto thin = web1;
    thin.volume_group = "vg0/pool";
    auto other = thin;
    other.wpar = "web2";
    EXPECT_TRUE(can_be_cloned(thin, other));
    EXPECT_FALSE(can_be_cloned(web1, other));
    thin.volume_group = other.volume_group = "vg0";
    EXPECT_FALSE(can_be_cloned(thin, other)) << "a thick volume has no snapshot that is one";
}

}  // namespace
}  // namespace filesystem
