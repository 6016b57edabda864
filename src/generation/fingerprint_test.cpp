#include "generation/fingerprint.h"

#include <fcntl.h>
#include <gmock/gmock.h>

#include "os/test_tree.h"

namespace generation {
namespace {

class FingerprintTest : public testing::Test {
  protected:
    FingerprintTest() {
        tree_.directory("bin");
        tree_.file("bin/env", "program");
        tree_.link("sh", "bin/env");
    }
    std::string print() {
        Fingerprint one;
        EXPECT_TRUE(one.add_tree(tree_.dir(), walk_));
        files_ = one.files();
        bytes_ = one.bytes();
        return one.finish();
    }
    void age(const std::string& below) {
        const timespec times[2] = {{5, 0}, {5, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, tree_.path(below).c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
    }

    os::TestTree tree_;
    Fingerprint::Walk walk_ = {.shown = "/usr"};
    std::uint64_t files_ = 0;
    std::uint64_t bytes_ = 0;
};

TEST_F(FingerprintTest, StaysTheSameWhileNothingChanges) {
    const auto before = print();
    EXPECT_EQ(print(), before);
    EXPECT_EQ(files_, 4U);
    EXPECT_EQ(bytes_, 7U);
    tree_.file("bin/new");
    ASSERT_EQ(::unlink(tree_.path("bin/new").c_str()), 0);
    EXPECT_EQ(print(), before) << "a directory's own time counts for nothing";
}

TEST_F(FingerprintTest, ChangesWithAnyName) {
    const auto before = print();
    tree_.file("bin/new");
    EXPECT_NE(print(), before);
}

TEST_F(FingerprintTest, ChangesWithAFilesSizeTimeOrMode) {
    const auto before = print();
    age("bin/env");
    const auto aged = print();
    EXPECT_NE(aged, before);
    tree_.file("bin/env", "another program");
    age("bin/env");
    const auto grown = print();
    EXPECT_NE(grown, aged);
    ASSERT_EQ(::chmod(tree_.path("bin/env").c_str(), 04755), 0);
    EXPECT_NE(print(), grown);
}

TEST_F(FingerprintTest, PassesOverWhatIsNotWanted) {
    walk_.wanted = [](const std::string& path, bool) { return path != "/usr/bin"; };
    const auto before = print();
    tree_.file("bin/new");
    EXPECT_EQ(print(), before);
}

TEST_F(FingerprintTest, EndsWhenItIsToldTo) {
    const std::atomic<bool> stop = true;
    walk_.stop = &stop;
    Fingerprint one;
    EXPECT_EQ(one.add_tree(tree_.dir(), walk_).error().kind, Kind::interrupted);
}

}  // namespace
}  // namespace generation
