#include "rootpart/system_copy.h"

#include <gtest/gtest.h>

namespace {

using rootpart::CopyRules;
using rootpart::is_left_out;

TEST(SystemCopy, IsNotTheSameMachine) {
    for (const auto* path :
         {"/etc/machine-id", "/etc/hostname", "/etc/fstab", "/etc/network/interfaces",
          "/etc/systemd/network/lan.network", "/etc/systemd/system/data.mount",
          "/etc/systemd/system/multi-user.target.wants/data.mount", "/var/lib/dbus/machine-id"})
        for (const bool keep : {false, true})
            EXPECT_TRUE(is_left_out({.keep_private = keep}, path)) << path;
}

TEST(SystemCopy, KeepsPeopleSoftwareAndData) {
    for (const auto* path :
         {"/etc/passwd", "/etc/group", "/home/ann/letter", "/usr/bin/env", "/var/lib/dpkg/status",
          "/etc/cron.d/job", "/srv/www/index.html", "/root/.ssh", "/root/.ssh/authorized_keys",
          "/root/.ssh/config", "/root/.ssh/id_ed25519.pub", "/tmp"})
        EXPECT_FALSE(is_left_out({}, path)) << path;
}

TEST(SystemCopy, HasSecretsOnlyWhenAskedFor) {
    for (const auto* path :
         {"/etc/ssh/ssh_host_rsa_key", "/etc/shadow", "/etc/ssl/private/www.key",
          "/root/.ssh/id_ed25519", "/home/ann/.ssh/id_rsa", "/home/ann/.ssh/id_github",
          "/home/ann/.ssh/work.pem", "/var/lib/git/.ssh/deploy", "/etc/krb5.keytab"}) {
        EXPECT_TRUE(is_left_out({}, path)) << path;
        EXPECT_FALSE(is_left_out({.keep_private = true}, path)) << path;
    }
}

TEST(SystemCopy, HasOtherWparsOnlyWhenAskedFor) {
    CopyRules rules = {.left_out = {"/wpars/copy"}, .wpars = {"/wpars", "/etc/wpars"}};
    EXPECT_TRUE(is_left_out(rules, "/wpars/web1"));
    EXPECT_TRUE(is_left_out(rules, "/etc/wpars/web1.cf"));
    EXPECT_FALSE(is_left_out(rules, "/wparsome"));
    rules.keep_wpars = true;
    EXPECT_FALSE(is_left_out(rules, "/wpars/web1/etc/passwd"));
    EXPECT_FALSE(is_left_out(rules, "/etc/wpars/web1.cf"));
    EXPECT_TRUE(is_left_out(rules, "/wpars/copy/etc"));
}

}  // namespace
