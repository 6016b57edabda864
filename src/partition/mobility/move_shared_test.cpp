#include "partition/mobility/move_shared.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace {

using partition::mobility::judge_sharing;
using partition::mobility::Token;

std::string read_token(const std::string& directory, const std::string& name) {
    const auto word = partition::mobility::read_token(directory, name);
    return word ? *word : word.error().text;
}

class TokenTest : public ::testing::Test {
  protected:
    TokenTest() {
        std::string path = ::testing::TempDir() + "token-XXXXXX";
        if (::mkdtemp(path.data()) != nullptr) folder = std::filesystem::canonical(path);
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
    EXPECT_FALSE(partition::mobility::read_token(folder, ".corral-move-link"));
    EXPECT_EQ(read_token(folder, "../etc/passwd"), "");
    EXPECT_EQ(read_token("etc", token->name()), "");
}

TEST_F(TokenTest, ALinkOnTheWayIsNotFollowed) {
    std::filesystem::create_directories(folder + "/real/data");
    std::filesystem::create_directory_symlink(folder + "/real", folder + "/link");
    const auto refused = Token::leave(folder + "/link/data");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("a link is on the way"), std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(folder + "/real/data"));
    const auto token = Token::leave(folder + "/real/data");
    ASSERT_TRUE(token);
    EXPECT_NE(read_token(folder + "/link/data", token->name()), token->word());
}

TEST_F(TokenTest, WhatCouldNotBeWrittenIsAnError) {
    const auto none = Token::leave("/proc/sys");
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().text.find("/proc"), std::string::npos);
    EXPECT_FALSE(Token::leave(folder + "/gone"));
}

TEST(JudgeSharing, WhatIsNotKnownStopsOneThatGoesAsItRuns) {
    const partition::mobility::Sharing full = {.unknown = "No space left on device"};
    EXPECT_TRUE(judge_sharing("/srv/data", full, true).stops);
    EXPECT_FALSE(judge_sharing("/srv/data", full, false).stops);
    for (const bool live : {true, false})
        EXPECT_NE(judge_sharing("/srv/data", full, live).text.find(full.unknown),
                  std::string::npos);
}

TEST(JudgeSharing, AnotherDirectoryStopsItTheSameOneDoesNot) {
    EXPECT_TRUE(judge_sharing("/srv/data", {}, true).stops);
    EXPECT_FALSE(judge_sharing("/srv/data", {}, false).stops);
    EXPECT_FALSE(judge_sharing("/srv/data", {.same = true}, true).stops);
}

}  // namespace
