#include "rootpart/accounts.h"

#include <gtest/gtest.h>

namespace rootpart {
namespace {

TEST(Accounts, LoseTheirHashesButNotTheirEntries) {
    const std::string shadow =
        "root:$y$secret:1::::::\nann::2::::::\nbin:*:3::::::\nbob:!x:4::::::\n";
    EXPECT_EQ(rootpart::without_hashes(shadow),
              "root:*:1::::::\nann:*:2::::::\nbin:*:3::::::\nbob:!x:4::::::\n");
    EXPECT_EQ(rootpart::without_hashes(shadow, "root"),
              "root:*:1::::::\nann::2::::::\nbin:*:3::::::\nbob:!x:4::::::\n");
}

TEST(Accounts, PeopleStayOutsideAndEveryPasswordIsLocked) {
    const auto made = system_accounts(
        "root:SECRET:0:0:root:/root:/bin/bash\n"
        "toor:x:0:0:another root:/root:/bin/sh\n"
        "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
        "sshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n"
        "alice:x:1000:1000:Alice:/home/alice:/bin/bash\n"
        "tcpdump:x:60001:60001::/:/usr/sbin/nologin\n"
        "big:x:65535:65535::/:/bin/sh\n"
        "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
        "", 20000);
    EXPECT_EQ(made.passwd,
              "root:x:0:0:root:/root:/bin/bash\n"
              "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
              "sshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n"
              "tcpdump:x:60001:60001::/:/usr/sbin/nologin\n"
              "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
    EXPECT_EQ(made.shadow,
              "root:*:20000:0:99999:7:::\n"
              "daemon:*:20000:0:99999:7:::\n"
              "sshd:*:20000:0:99999:7:::\n"
              "tcpdump:*:20000:0:99999:7:::\n"
              "nobody:*:20000:0:99999:7:::\n");
}

TEST(Accounts, GroupsLoseTheirPasswordsAndTheMembersThatAreNotThere) {
    const auto made = system_accounts("root:x:0:0::/root:/bin/sh\nwww:x:33:33::/:/bin/sh\n",
                                      "root:x:0:\n"
                                      "sudo:HASH:27:alice,www,root\n"
                                      "alice:x:1000:\n"
                                      "nogroup:x:65534:\n",
                                      1);
    EXPECT_EQ(made.group, "root:x:0:\nsudo:x:27:www,root\nnogroup:x:65534:\n");
    EXPECT_EQ(made.gshadow, "root:*::\nsudo:*::www,root\nnogroup:*::\n");
}

TEST(Accounts, WhatIsNoEntryIsDropped) {
    const auto made = system_accounts(
        "+::::::\n-bob:x:5:5::/:/bin/sh\n:x:0:0::/:/bin/sh\nx:x:abc:0::/:/bin/sh\n"
        "short:x:5\nodd:x:5:5:a\tb:/:/bin/sh\nminus:x:-5:5::/:/bin/sh\n"
        "twice:x:5:5::/:/a\ntwice:x:5:5::/:/b\n",
        "", 1);
    EXPECT_EQ(made.passwd, "twice:x:5:5::/:/a\n");
}

}  // namespace
}  // namespace rootpart
