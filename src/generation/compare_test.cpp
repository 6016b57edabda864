#include "generation/compare.h"

#include <gmock/gmock.h>

#include "os/test_tree.h"

namespace generation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CompareTrees : public testing::Test {
  protected:
    CompareTrees() {
        for (const auto* tree : {"old", "new"}) {
            tree_.directory(cat(tree, "/bin"));
            tree_.file(cat(tree, "/bin/env"), "program");
            tree_.link(cat(tree, "/sh"), "bin/env");
        }
    }
    std::vector<std::string> differences() {
        std::vector<std::string> found;
        EXPECT_TRUE(compare_trees(
            tree_.dir("old"), tree_.dir("new"), "/usr",
            [&](char sign, const std::string& path) { found.push_back(cat(sign, path)); }));
        return found;
    }
    os::TestTree tree_;
};

TEST_F(CompareTrees, EqualOnesHaveNone) { EXPECT_THAT(differences(), IsEmpty()); }

TEST_F(CompareTrees, WhatCameChangedAndWentIsTold) {
    tree_.directory("new/lib/deep");
    tree_.file("new/bin/env", "another program");
    tree_.file("old/bin/away");
    EXPECT_THAT(differences(), ElementsAre("-/usr/bin/away", "~/usr/bin/env", "+/usr/lib"));
}

TEST_F(CompareTrees, AMissingTreeIsAnEmptyOne) {
    std::vector<std::string> found;
    ASSERT_TRUE(compare_trees(
        os::Dir(), tree_.dir("new"), "/opt",
        [&](char sign, const std::string& path) { found.push_back(cat(sign, path)); }));
    EXPECT_THAT(found, ElementsAre("+/opt/bin", "+/opt/sh"));
}

}  // namespace
}  // namespace generation
