// Trees deeper than a path can be long, with few descriptors to be had.
#include <fcntl.h>

#include "os/few_descriptors.h"
#include "os/test_tree.h"

namespace os {
namespace {

void dig(const Dir& from, int levels) {
    UniqueFd here(::fcntl(from.fd(), F_DUPFD_CLOEXEC, 3));
    for (int level = 0; level < levels; ++level) {
        ASSERT_EQ(::mkdirat(here.get(), "directory", 0755), 0);
        here = UniqueFd(::openat(here.get(), "directory", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        ASSERT_TRUE(here);
    }
    ASSERT_TRUE(UniqueFd(::openat(here.get(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)));
}

TEST(RemoveTree, OfAnyDepthNeedsFewDescriptors) {
    const TestTree tree;
    tree.directory("root");
    dig(tree.dir("root"), 5000);
    const FewDescriptors few(256);
    const auto removed = remove_tree(tree.path("root"));
    ASSERT_TRUE(removed) << removed.error().text;
    EXPECT_FALSE(tree.has("root"));
}

TEST(RemoveTree, IsNotStoppedByNamesLikeItsOwn) {
    const TestTree tree;
    tree.directory("root");
    for (int number = 1; number < 4; ++number) {
        tree.directory(cat("root/.removing.", ::getpid(), ".", number));
        dig(tree.dir(cat("root/.removing.", ::getpid(), ".", number)), 200);
    }
    const auto removed = remove_tree(tree.path("root"));
    EXPECT_TRUE(removed) << removed.error().text;
}

}  // namespace
}  // namespace os
