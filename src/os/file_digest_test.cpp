#include "os/file_digest.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/sha256.h"
#include "os/test_tree.h"

namespace os {
namespace {

TEST(FileDigest, IsOfAllThatTheFileHolds) {
    const TestTree tree;
    for (const std::size_t size : {std::size_t{0}, std::size_t{3}, std::size_t{3} << 20}) {
        const std::string text(size, 'x');
        tree.file("file", text);
        const UniqueFd file(::open(tree.path("file").c_str(), O_RDONLY | O_CLOEXEC));
        const auto digest = sha256_of(file.get(), "file");
        ASSERT_TRUE(digest) << digest.error().text;
        EXPECT_EQ(*digest, sha256(text));
    }
}

TEST(FileDigest, WhatCannotBeReadSaysSo) {
    const TestTree tree;
    const UniqueFd folder(::open(tree.top().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto digest = sha256_of(folder.get(), "that one");
    ASSERT_FALSE(digest);
    EXPECT_NE(digest.error().text.find("that one"), std::string::npos);
}

}  // namespace
}  // namespace os
