#include "partition/software/tree_difference.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace {

using Paths = std::vector<std::string>;

// Two trees with the same files; a test changes the wanted one.
class TreeDifferenceTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_NE(::mkdtemp(top_.data()), nullptr);
        for (const std::string tree : {"wanted", "there"}) {
            ASSERT_EQ(::mkdir(at(tree).c_str(), 0755), 0);
            ASSERT_EQ(::mkdir(at(tree, "bin").c_str(), 0755), 0);
            ASSERT_EQ(::mkdir(at(tree, "share").c_str(), 0755), 0);
            for (const std::string file : {"bin/env", "bin/yes", "share/text"})
                write(tree, file, file);
            ASSERT_EQ(::symlink("env", at(tree, "bin/link").c_str()), 0);
            settle(tree);
        }
    }
    void TearDown() override { (void)os::remove_tree(top_); }

    std::string at(const std::string& tree, const std::string& path = "") const {
        return cat(top_, "/", tree, "/", path);
    }
    void write(const std::string& tree, const std::string& path, const std::string& text) const {
        const UniqueFd file(
            ::open(at(tree, path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
        ASSERT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
        date(tree, path);
    }
    void date(const std::string& tree, const std::string& path) const {
        const std::array<timespec, 2> times = {timespec{1000, 0}, timespec{1000, 5}};
        ASSERT_EQ(::utimensat(AT_FDCWD, at(tree, path).c_str(), times.data(), AT_SYMLINK_NOFOLLOW),
                  0);
    }
    void settle(const std::string& tree) const {
        for (const std::string path : {"bin/link", "bin", "share", "."}) date(tree, path);
    }
    partition::software::TreeDifference compared() const {
        auto found = partition::software::compare_trees(*os::Dir::open(at("wanted")),
                                                        *os::Dir::open(at("there")));
        EXPECT_TRUE(found) << found.error().text;
        return *std::move(found);
    }
    std::string top_ = "/tmp/tree-difference-XXXXXX";
};

TEST_F(TreeDifferenceTest, EqualTreesAreSameAsAWhole) {
    const auto found = compared();
    EXPECT_EQ(found.removals, Paths());
    EXPECT_EQ(found.same, (Paths{"bin", "bin/env", "bin/link", "bin/yes", "share", "share/text"}));
}

TEST_F(TreeDifferenceTest, AByteATimeAModeOrAnAttributeIsADifference) {
    write("wanted", "bin/env", "bin/enV");
    EXPECT_EQ(compared().removals, Paths{"bin/env"});
    write("wanted", "bin/env", "bin/env");
    EXPECT_EQ(compared().removals, Paths());
    ASSERT_EQ(::chmod(at("wanted", "bin/env").c_str(), 0600), 0);
    EXPECT_EQ(compared().removals, Paths{"bin/env"});
    ASSERT_EQ(::chmod(at("wanted", "bin/env").c_str(), 0644), 0);
    ASSERT_EQ(::setxattr(at("wanted", "bin/env").c_str(), "user.note", "x", 1, 0), 0);
    EXPECT_EQ(compared().removals, Paths{"bin/env"});
    ASSERT_EQ(::removexattr(at("wanted", "bin/env").c_str(), "user.note"), 0);
    ASSERT_EQ(::utimensat(AT_FDCWD, at("wanted", "bin/env").c_str(), nullptr, 0), 0);
    EXPECT_EQ(compared().removals, Paths{"bin/env"});
}

TEST_F(TreeDifferenceTest, WhatHoldsADifferenceIsNotSameItself) {
    write("wanted", "bin/env", "other");
    settle("wanted");
    EXPECT_EQ(compared().same, (Paths{"bin/link", "bin/yes", "share", "share/text"}));
}

TEST_F(TreeDifferenceTest, WhatIsGoneOrAnotherThingIsRemoved) {
    ASSERT_EQ(::unlink(at("wanted", "bin/yes").c_str()), 0);
    ASSERT_EQ(::unlink(at("wanted", "bin/link").c_str()), 0);
    ASSERT_EQ(::mkdir(at("wanted", "bin/link").c_str(), 0755), 0);
    settle("wanted");
    EXPECT_EQ(compared().removals, (Paths{"bin/link", "bin/yes"}));
}

TEST_F(TreeDifferenceTest, WhatIsNewIsNeitherRemovedNorSame) {
    write("wanted", "share/new", "new");
    settle("wanted");
    const auto found = compared();
    EXPECT_EQ(found.removals, Paths());
    EXPECT_EQ(found.same, (Paths{"bin", "bin/env", "bin/link", "bin/yes", "share/text"}));
}

TEST_F(TreeDifferenceTest, NamesOfOneFileAreThatInBothOrDiffer) {
    const auto join = [&](const std::string& tree, const std::string& from, const std::string& to) {
        (void)::unlink(at(tree, to).c_str());
        ASSERT_EQ(::link(at(tree, from).c_str(), at(tree, to).c_str()), 0);
        settle(tree);
    };
    for (const std::string tree : {"wanted", "there"})
        for (const std::string name : {"bin/a", "bin/b", "bin/c", "bin/d"})
            write(tree, name, "one");
    join("wanted", "bin/a", "bin/b");
    EXPECT_EQ(compared().removals, (Paths{"bin/a", "bin/b"}));  // two files there
    join("there", "bin/a", "bin/b");
    EXPECT_EQ(compared().removals, Paths());
    join("wanted", "bin/c", "bin/d");
    (void)::unlink(at("there", "bin/b").c_str());
    write("there", "bin/b", "one");
    join("there", "bin/a", "bin/d");
    join("there", "bin/b", "bin/c");
    auto removals = compared().removals;  // two files of two names, but of others
    std::sort(removals.begin(), removals.end());
    EXPECT_EQ(removals, (Paths{"bin/a", "bin/b", "bin/c", "bin/d"}));
    write("wanted", "bin/a", "two");
    (void)::unlink(at("wanted", "bin/c").c_str());
    write("wanted", "bin/c", "one");
    settle("wanted");
    EXPECT_EQ(compared().same, (Paths{"bin/env", "bin/link", "bin/yes", "share", "share/text"}));
}

}  // namespace
