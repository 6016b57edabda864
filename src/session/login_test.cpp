#include "session/login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace session {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

Account root() { return {.name = "root", .home = "/root", .shell = "/bin/bash"}; }

TEST(Login, WithoutACommandTheShellIsALoginShell) {
    const auto login = plan_login(root(), std::nullopt, {"TERM=xterm"});
    EXPECT_FALSE(login.direct);
    EXPECT_EQ(login.shell.program, "/bin/bash");
    EXPECT_THAT(login.shell.arguments, ElementsAre("-bash"));
    EXPECT_THAT(login.shell.environment, Contains("HOME=/root"));
    EXPECT_THAT(login.shell.environment, Contains("LOGNAME=root"));
    EXPECT_THAT(login.shell.environment, Contains("TERM=xterm"));
}

TEST(Login, ACommandGoesToTheUsersShell) {
    const auto login = plan_login(root(), "echo $HOME; ls", {});
    EXPECT_FALSE(login.direct);
    EXPECT_THAT(login.shell.arguments, ElementsAre("bash", "-c", "echo $HOME; ls"));
}

TEST(Login, PlainWordsNeedNoShell) {
    const auto login = plan_login(root(), "/bin/ls -l  /tmp", {});
    ASSERT_TRUE(login.direct);
    EXPECT_EQ(login.direct->program, "/bin/ls");
    EXPECT_THAT(login.direct->arguments, ElementsAre("/bin/ls", "-l", "/tmp"));
    EXPECT_THAT(login.direct->environment, Contains("PWD=/root"));
    EXPECT_THAT(login.direct->environment, Contains("_=/bin/ls"));
}

TEST(Login, WhatAShellMightReadDifferentlyGoesToTheShell) {
    for (const char* command :
         {"ls",    "/bin/ls *", "/bin/ls ~", "/bin/a;b", "/bin/a\n/bin/b", "/a'b'", "/a\"b\"",
          "/a\\b", "/a $b",     "/a #b",     "/a {b,c}", "/a [b]",         "/a ?",  "/a !b",
          "/a &",  "/a|b",      "/a (b)",    "/a<b",     "/a>b",           "/a`b`", "/a\tb",
          "",      " /a",       "/a ^b",     "/\xc3\xa4"})
        EXPECT_FALSE(plain_words(command)) << command;
    auto account = root();
    account.shell = "/bin/zsh";
    EXPECT_FALSE(plan_login(account, "/bin/true", {}).direct);
}

TEST(Login, AnOverrideReplacesWhatALoginSets) {
    const auto login = plan_login(root(), std::nullopt, {"PATH=/only", "=odd", "odd"});
    EXPECT_THAT(login.shell.environment, Contains("PATH=/only"));
    EXPECT_THAT(login.shell.environment, Not(Contains("odd")));
    EXPECT_THAT(login.shell.environment, Not(Contains("=odd")));
}

TEST(Login, APasswordIsAskedByTheWparsOwnSu) {
    const auto login = plan_password_login("web", "id -u", {});
    EXPECT_FALSE(login.direct);
    EXPECT_EQ(login.shell.program, "/bin/su");
    EXPECT_THAT(login.shell.arguments, ElementsAre("su", "-", "web", "-c", "id -u"));
}

TEST(Login, TheLocaleIsTheWparsOwn) {
    EXPECT_THAT(locale_of("# x\nLANG=\"de_DE.UTF-8\"\n LC_TIME=C\nPATH=/bad\nLD_PRELOAD=x\n"),
                ElementsAre("LANG=de_DE.UTF-8", "LC_TIME=C"));
    EXPECT_THAT(locale_of("LANG=/tmp/evil\nLC_ALL=$(x)\nLANG=a\nLANG=b"), ElementsAre("LANG=b"));
}

TEST(Login, AnOrdinaryUserHasNoSystemDirectoriesInItsPath) {
    auto account = root();
    account.uid = 1000;
    const auto login = plan_login(account, std::nullopt, {});
    EXPECT_THAT(login.shell.environment,
                Contains("PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"));
}

}  // namespace
}  // namespace session
