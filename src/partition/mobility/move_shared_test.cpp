#include "partition/mobility/move_shared.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace {

using partition::mobility::read_token;
using partition::mobility::Token;

class TokenTest : public ::testing::Test {
  protected:
    TokenTest() {
        std::string path = ::testing::TempDir() + "token-XXXXXX";
        if (::mkdtemp(path.data()) != nullptr) folder = path;
    }
    ~TokenTest() override { std::filesystem::remove_all(folder); }
    std::string folder = {};
};

TEST_F(TokenTest, IsReadWhereItWasLeftAndNowhereElse) {
    const auto token = Token::leave(folder);
    ASSERT_TRUE(token) << token.error().text;
    EXPECT_EQ(read_token(folder, token->name()), token->word());
    EXPECT_EQ(read_token("/", token->name()), "");
}

TEST_F(TokenTest, IsGoneAfterwards) {
    std::string name;
    {
        const auto token = Token::leave(folder);
        ASSERT_TRUE(token);
        name = token->name();
    }
    EXPECT_EQ(read_token(folder, name), "");
    EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(TokenTest, OtherFilesAreNotRead) {
    const auto token = Token::leave(folder);
    ASSERT_TRUE(token);
    std::filesystem::create_symlink(token->name(), folder + "/.corral-move-link");
    EXPECT_EQ(read_token(folder, ".corral-move-link"), "");
    EXPECT_EQ(read_token(folder, "../etc/passwd"), "");
    EXPECT_EQ(read_token("etc", token->name()), "");
}

}  // namespace
