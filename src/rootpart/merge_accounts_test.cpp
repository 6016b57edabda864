#include "rootpart/merge_accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rootpart {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

const std::string root_user = "root:x:0:0:root:/root:/bin/bash\n";
const std::string root_group = "root:x:0:\n";
const std::string redis_user = "redis:x:105:110::/var/lib/redis:/usr/sbin/nologin\n";
const std::string redis_group = "redis:x:110:\n";

struct Given {
    Accounts inside = {root_user, root_group, "root:$y$secret:1:0:99999:7:::\n", "root:*::\n"};
    Accounts wanted = {root_user + redis_user, root_group + redis_group,
                       "root:*:9:0:99999:7:::\nredis:*:9:0:99999:7:::\n", "root:*::\nredis:*::\n"};
    std::string delivered_users = root_user;
    std::string delivered_groups = root_group;
    bool only_add = false;

    AccountChanges merged() const {
        return merge_accounts({inside, wanted, delivered_users, delivered_groups, only_add});
    }
};

TEST(MergeAccounts, ANewDaemonsUserIsAddedLocked) {
    const auto changes = Given().merged();
    EXPECT_EQ(changes.texts.passwd, root_user + redis_user);
    EXPECT_EQ(changes.texts.group, root_group + redis_group);
    EXPECT_THAT(changes.texts.shadow, HasSubstr("redis:*:9:0:99999:7:::\n"));
    EXPECT_THAT(changes.texts.gshadow, HasSubstr("redis:*::\n"));
    EXPECT_THAT(changes.notes, ElementsAre("group redis was added", "user redis was added"));
    EXPECT_THAT(changes.clashes, IsEmpty());
}

TEST(MergeAccounts, PasswordsOfTheInsideAreNeverTouched) {
    EXPECT_THAT(Given().merged().texts.shadow, HasSubstr("root:$y$secret:1:0:99999:7:::\n"));
}

TEST(MergeAccounts, ANumberInUseInsideIsAvoidedAndTold) {
    Given given;
    given.inside.passwd += "alice:x:105:105::/home/alice:/bin/sh\n";
    given.inside.group += "staff:x:110:alice\n";
    const auto changes = given.merged();
    EXPECT_THAT(changes.texts.passwd, HasSubstr("redis:x:100:100:"));
    EXPECT_THAT(changes.texts.group, HasSubstr("redis:x:100:\n"));
    EXPECT_THAT(changes.users, ElementsAre(Pair(105, 100)));
    EXPECT_THAT(changes.groups, ElementsAre(Pair(110, 100)));
    EXPECT_THAT(changes.clashes, ElementsAre(HasSubstr("group redis: number 110 belongs to staff"),
                                             HasSubstr("user redis: number 105 belongs to alice")));
}

TEST(MergeAccounts, AnAccountOfThatNameKeepsItsNumberAndGetsTheFiles) {
    Given given;
    given.inside.passwd += "redis:x:1001:1001:Mine:/home/redis:/bin/sh\n";
    given.inside.group += "redis:x:1001:\n";
    const auto changes = given.merged();
    EXPECT_EQ(changes.texts.passwd, given.inside.passwd);
    EXPECT_THAT(changes.users, ElementsAre(Pair(105, 1001)));
    EXPECT_THAT(changes.clashes, Not(IsEmpty()));
}

TEST(MergeAccounts, AUserThatWasRemovedInsideStaysAway) {
    Given given;
    given.delivered_users += redis_user;
    given.delivered_groups += redis_group;
    EXPECT_EQ(given.merged().texts.passwd, root_user);
    EXPECT_EQ(given.merged().texts.group, root_group);
}

TEST(MergeAccounts, AUserThatTheGlobalEnvironmentLostStaysAsItsFilesDo) {
    Given given;
    given.inside.passwd += redis_user;
    given.delivered_users += redis_user;
    given.wanted.passwd = root_user;
    EXPECT_EQ(given.merged().texts.passwd, root_user + redis_user);
}

TEST(MergeAccounts, AShellFollowsUnlessItWasChangedInside) {
    Given given;
    given.delivered_users += redis_user;
    given.inside.passwd += redis_user;
    given.wanted.passwd = root_user + "redis:x:105:110::/srv/redis:/bin/false\n";
    EXPECT_THAT(given.merged().texts.passwd, HasSubstr("redis:x:105:110::/srv/redis:/bin/false\n"));
    given.only_add = true;
    EXPECT_THAT(given.merged().texts.passwd, HasSubstr(redis_user));
    given.only_add = false;
    given.inside.passwd = root_user + "redis:x:105:110::/var/lib/redis:/bin/sh\n";
    EXPECT_THAT(given.merged().texts.passwd, HasSubstr("redis:x:105:110::/var/lib/redis:/bin/sh"));
}

TEST(MergeAccounts, MembersAreMergedAndOwnOnesStay) {
    Given given;
    given.inside.passwd += redis_user + "bob:x:1000:1000::/home/bob:/bin/sh\n";
    given.inside.group += "ssl-cert:x:111:bob,old\n";
    given.delivered_users += redis_user;
    given.delivered_groups += "ssl-cert:x:111:old\n";
    given.wanted.group += "ssl-cert:x:111:redis\n";
    EXPECT_THAT(given.merged().texts.group, HasSubstr("ssl-cert:x:111:bob,redis\n"));
}

TEST(MergeAccounts, OddLinesArePassedOn) {
    Given given;
    given.inside.passwd = "+::::::\n# a comment\nroot:x:0:0\n\n" + root_user;
    EXPECT_THAT(given.merged().texts.passwd,
                HasSubstr("+::::::\n# a comment\nroot:x:0:0\n\nroot:"));
}

}  // namespace
}  // namespace rootpart
