#include "filesystem/durable.h"

#include <gtest/gtest.h>

#include "os/test_tree.h"

namespace filesystem {
namespace {

TEST(ARemoval, IsMadeDurableByTheFolderItWasIn) {
    const os::TestTree tree;
    tree.directory("wpars");
    const auto done = make_removal_durable(tree.path("wpars/gone"));
    EXPECT_TRUE(done) << done.error().text;
}

TEST(ARemoval, IsMadeDurableByTheNearestFolderThatIsThere) {
    const os::TestTree tree;
    const auto done = make_removal_durable(tree.path("gone/with/its/folders"));
    EXPECT_TRUE(done) << done.error().text;
}

TEST(ARemoval, NeedsNoTellingWhereThereIsNoDisk) {
    const auto done = make_removal_durable("/proc/self/gone");
    EXPECT_TRUE(done) << done.error().text;
}

}  // namespace
}  // namespace filesystem
