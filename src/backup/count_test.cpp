#include "backup/count.h"

#include <gtest/gtest.h>

#include "os/test_tree.h"

namespace backup {
namespace {

std::uint64_t walked(const os::Dir& root, const Walk& how) {
    std::uint64_t names = 0;
    EXPECT_TRUE(walk(root, how, [&](Entry&&) {
        ++names;
        return Result<void>();
    }));
    return names;
}

TEST(Count, IsThatOfTheNamesThatAWalkVisits) {
    os::TestTree tree;
    tree.directory("etc/deep/er");
    tree.directory("var/left");
    tree.file("etc/passwd");
    tree.file("etc/deep/er/file");
    tree.file("var/left/out");
    tree.link("etc/link", "deep");
    tree.fifo("etc/fifo");
    Walk how;
    const auto all = count(tree.dir(), how);
    ASSERT_TRUE(all) << all.error().text;
    EXPECT_EQ(*all, 11U);
    EXPECT_EQ(*all, walked(tree.dir(), how));
    how.exclude = {"var"};
    how.leave_out = [](const std::string& path) { return path.ends_with("file"); };
    EXPECT_EQ(*count(tree.dir(), how), 7U);
    EXPECT_EQ(*count(tree.dir(), how), walked(tree.dir(), how));
}

TEST(Count, ATreeThatIsTooDeepEndsWhereTheWalkDoes) {
    os::TestTree tree;
    std::string path = "d";
    for (std::size_t level = 0; level < most_levels + 3; ++level) path += "/d";
    tree.directory(path);
    EXPECT_EQ(*count(tree.dir(), {}), walked(tree.dir(), {}));
}

}  // namespace
}  // namespace backup
