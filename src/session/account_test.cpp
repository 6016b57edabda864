#include "session/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace session {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::string_view passwd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "web:x:1000:1001:,,,:/home/web:\n";

TEST(Account, IsFoundByItsWholeName) {
    const auto root = find_account(passwd, "root");
    ASSERT_TRUE(root);
    EXPECT_EQ(root->home, "/root");
    EXPECT_EQ(root->shell, "/bin/bash");
    EXPECT_FALSE(find_account(passwd, "roo"));
    EXPECT_FALSE(find_account(passwd, "root:x"));
    EXPECT_FALSE(find_account(passwd, ""));
    EXPECT_FALSE(find_account("-c:x:0:0::/:/bin/sh", "-c"));
}

TEST(Account, AnEmptyShellIsThePosixShell) {
    const auto web = find_account(passwd, "web");
    ASSERT_TRUE(web);
    EXPECT_EQ(web->uid, 1000U);
    EXPECT_EQ(web->gid, 1001U);
    EXPECT_EQ(web->shell, "/bin/sh");
}

TEST(Account, LinesThatAreNotAccountsAreSkipped) {
    EXPECT_FALSE(find_account("root:x:0:0:root:/root", "root"));
    EXPECT_FALSE(find_account("root:x:0:0:root:/root:/bin/sh:more", "root"));
    EXPECT_FALSE(find_account("root:x:-1:0::/root:/bin/sh", "root"));
    EXPECT_FALSE(find_account("root:x:4294967295:0::/root:/bin/sh", "root"));
    EXPECT_FALSE(find_account("root:x:99999999999999999999:0::/:/bin/sh", "root"));
    EXPECT_FALSE(find_account("+::::::\nroot", "root"));
    EXPECT_EQ(find_account("root:x:y:0::/:/b\nroot:x:5:5::/:/b\n", "root")->uid, 5U);
}

TEST(Account, PathsThatAreNotPathsAreReplaced) {
    const auto odd = find_account("a:x:1:1::home:sh\n", "a");
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->home, "/");
    EXPECT_EQ(odd->shell, "/bin/sh");
    const auto control = find_account(std::string_view("a:x:1:1::/h\0me:/bin/\x1bsh\n", 23), "a");
    ASSERT_TRUE(control);
    EXPECT_EQ(control->home, "/");
    EXPECT_EQ(control->shell, "/bin/sh");
}

TEST(Account, GroupsAreThoseThatListTheUserAndHisOwn) {
    constexpr std::string_view group =
        "root:x:0:\nadm:x:4:web,other\nother:x:5:webber,xweb\nweb:x:1001:web\nbad:x:n:web\n"
        "last:x:7:a,web";
    EXPECT_THAT(groups_of(group, "web", 1001), ElementsAre(1001U, 4U, 7U));
}

TEST(Account, GroupsAreBounded) {
    std::string group;
    for (int number = 0; number < 5000; ++number) group += cat("g:x:", number, ":web\n");
    EXPECT_THAT(groups_of(group, "web", 1), SizeIs(1024));
}

}  // namespace
}  // namespace session
