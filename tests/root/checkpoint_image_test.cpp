// The directory of a checkpoint: private, sealed, and refused when anything in it is not as it was.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checkpoint/image.h"
#include "checkpoint/kept.h"
#include "checkpoint/key.h"
#include "os/test_tree.h"

namespace checkpoint {
namespace {

class Directory : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(::chmod(tree_.top().c_str(), 0755), 0);
        auto made = make_directory(path_);
        ASSERT_TRUE(made) << made.error().text;
        directory_ = *std::move(made);
        tree_.file("image/definition", "general:\n");
        tree_.file("image/record", "format 1\n");
        tree_.file("image/criu/pages-1.img", "pages");
        tree_.directory("image/kept/0");
        tree_.file("image/kept/0/log", "words");
    }
    void seal_it() {
        const auto done = seal(directory_, key_);
        ASSERT_TRUE(done) << done.error().text;
    }
    std::string refusal() {
        const auto done = verify(directory_, key_);
        return done ? "" : done.error().text;
    }

    os::TestTree tree_;
    std::string path_ = tree_.path("image");
    std::string key_ = std::string(64, 'k');
    os::Dir directory_;
};

TEST_F(Directory, IsRootsAlone) {
    struct stat found = {};
    ASSERT_EQ(::stat(path_.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777, 0700U);
}

TEST_F(Directory, IsTakenAsItWasSealed) {
    seal_it();
    EXPECT_EQ(refusal(), "");
}

TEST_F(Directory, WithoutASealIsNoCheckpoint) {
    EXPECT_NE(refusal().find("no seal"), std::string::npos);
}

TEST_F(Directory, AFlippedBitIsFound) {
    seal_it();
    tree_.file("image/criu/pages-1.img", "pagev");
    EXPECT_NE(refusal().find("'criu/pages-1.img' is not what was stored"), std::string::npos);
}

TEST_F(Directory, AMissingFileIsFound) {
    seal_it();
    ASSERT_EQ(::unlink(tree_.path("image/kept/0/log").c_str()), 0);
    EXPECT_NE(refusal().find("'kept/0/log' is missing"), std::string::npos);
}

TEST_F(Directory, AnAddedFileIsFound) {
    seal_it();
    tree_.file("image/criu/core-1.img", "more");
    EXPECT_NE(refusal().find("'criu/core-1.img' was not stored"), std::string::npos);
}

TEST_F(Directory, AChangedOwnerOrModeIsFound) {
    seal_it();
    ASSERT_EQ(::chmod(tree_.path("image/kept/0/log").c_str(), 04777), 0);
    EXPECT_NE(refusal(), "");
}

TEST_F(Directory, ALinkInPlaceOfAFileIsFound) {
    seal_it();
    ASSERT_EQ(::unlink(tree_.path("image/record").c_str()), 0);
    tree_.link("image/record", "/etc/passwd");
    EXPECT_NE(refusal().find("'record' is not what was stored"), std::string::npos);
}

TEST_F(Directory, ASealOfAnotherServerIsRefused) {
    const auto done = seal(directory_, std::string(64, 'x'));
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_NE(refusal().find("not this server's"), std::string::npos);
}

TEST_F(Directory, ASealThatWasWrittenAnewWithoutTheKeyIsRefused) {
    seal_it();
    auto text = *directory_.read("seal");
    text[text.find('\n') + 1] ^= 1;
    tree_.file("image/seal", text);
    EXPECT_NE(refusal().find("not this server's"), std::string::npos);
}

TEST_F(Directory, WhatOthersMayReadIsRefused) {
    seal_it();
    ASSERT_EQ(::chmod(path_.c_str(), 0755), 0);
    EXPECT_NE(refusal().find("others than root"), std::string::npos);
}

TEST_F(Directory, IsRemovedWithAllThatIsACheckpointsAndNothingElse) {
    seal_it();
    tree_.file("image/mine", "not the checkpoint's");
    const auto gone = remove_directory(path_);
    ASSERT_TRUE(gone) << gone.error().text;
    EXPECT_TRUE(os::exists(path_ + "/mine"));
    EXPECT_FALSE(os::exists(path_ + "/seal"));
    EXPECT_FALSE(os::exists(path_ + "/criu"));
    ASSERT_EQ(::unlink((path_ + "/mine").c_str()), 0);
    ASSERT_TRUE(remove_directory(path_));
    EXPECT_FALSE(os::exists(path_));
    EXPECT_TRUE(remove_directory(path_));
}

TEST_F(Directory, MustBeEmptyBefore) {
    const auto refused = check_free(path_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::exists);
}

TEST_F(Directory, MustNotLieWhereOthersRule) {
    tree_.directory("theirs");
    ASSERT_EQ(::chown(tree_.path("theirs").c_str(), 1000, 1000), 0);
    const auto refused = check_free(tree_.path("theirs/image"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::denied);
    EXPECT_FALSE(check_free("relative"));
    EXPECT_FALSE(check_free("/"));
    EXPECT_FALSE(check_free(tree_.path("not/there")));
}

TEST(Key, ThatCannotBeReachedNowIsNotMadeAnew) {
    const os::TestTree tree;
    const auto path = tree.path("key");
    ASSERT_EQ(::symlink("not/there/yet", path.c_str()), 0);
    EXPECT_FALSE(key_of_server(path));
    char target[32];
    EXPECT_GT(::readlink(path.c_str(), target, sizeof target), 0);
}

TEST(Key, IsMadeOnceAndRootsAlone) {
    const os::TestTree tree;
    const auto path = tree.path("key");
    const auto first = key_of_server(path);
    ASSERT_TRUE(first) << first.error().text;
    EXPECT_GE(first->size(), 64U);
    EXPECT_EQ(*key_of_server(path), *first);
    ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
    EXPECT_FALSE(key_of_server(path));
}

TEST(Key, OfManyWhoNeedTheFirstAtOnceAllHaveTheSame) {
    const os::TestTree tree;
    const auto path = tree.path("key");
    constexpr int many = 16;
    for (int number = 0; number < many; ++number) {
        if (::fork() != 0) continue;
        const auto found = key_of_server(path);
        if (found) tree.file(cat("of", number), *found);
        ::_exit(0);
    }
    while (::wait(nullptr) > 0) {
    }
    const auto key = key_of_server(path);
    ASSERT_TRUE(key) << key.error().text;
    for (int number = 0; number < many; ++number) EXPECT_EQ(tree.text(cat("of", number)), *key);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator(tree.top()))
        ++files;
    EXPECT_EQ(files, many + 1U);
}

TEST(Key, TheCodeIsThatOfRfc4231) {
    EXPECT_EQ(code_of("what do ya want for nothing?", "Jefe"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

class Kept : public testing::Test {
  protected:
    os::TestTree from_;
    os::TestTree to_;
    Result<void> keep_it(std::int64_t shift = 0) {
        const auto from = *os::Dir::open(from_.top());
        const auto to = *os::Dir::open(to_.top());
        return keep({from, to, shift});
    }
};

TEST_F(Kept, FilesLinksAndFifosComeAlong) {
    from_.directory("a");
    from_.file("a/b", "words");
    from_.link("log", "/run/systemd/journal/dev-log");
    ASSERT_EQ(::mkfifo(from_.path("pipe").c_str(), 0640), 0);
    ASSERT_EQ(::chown(from_.path("a/b").c_str(), 70001, 70002), 0);
    const auto done = keep_it(-70000);
    ASSERT_TRUE(done) << done.error().text;
    struct stat found = {};
    ASSERT_EQ(::stat(to_.path("a/b").c_str(), &found), 0);
    EXPECT_EQ(found.st_uid, 1U);
    EXPECT_EQ(found.st_gid, 2U);
    EXPECT_EQ(*os::read_file(to_.path("a/b")), "words");
    ASSERT_EQ(::lstat(to_.path("log").c_str(), &found), 0);
    EXPECT_TRUE(S_ISLNK(found.st_mode));
    ASSERT_EQ(::lstat(to_.path("pipe").c_str(), &found), 0);
    EXPECT_TRUE(S_ISFIFO(found.st_mode));
}

TEST_F(Kept, WhatIsThereStays) {
    from_.file("null", "inside");
    to_.file("null", "ours");
    ASSERT_TRUE(keep_it());
    EXPECT_EQ(*os::read_file(to_.path("null")), "ours");
}

TEST_F(Kept, DevicesAreLeftOut) {
    ASSERT_EQ(::mknod(from_.path("disk").c_str(), S_IFCHR | 0666, (1 << 8) | 3), 0);
    ASSERT_TRUE(keep_it());
    EXPECT_FALSE(os::exists(to_.path("disk")));
}

TEST_F(Kept, MoreThanSmallIsRefused) {
    from_.directory("d");
    for (int number = 0; number < 5000; ++number) from_.file("d/" + std::to_string(number));
    const auto refused = keep_it();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::full);
}

}  // namespace
}  // namespace checkpoint
