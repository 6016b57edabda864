#include "rootpart/rules.h"

#include <gtest/gtest.h>

#include "rootpart/fresh.h"
#include "rootpart/private_part.h"

namespace rootpart {
namespace {

TEST(Rules, IdentityAndSecretsAreNeverTaken) {
    for (const auto* path :
         {"/etc/ssh/ssh_host_rsa_key", "/etc/ssh/ssh_host_ed25519_key.pub", "/etc/machine-id",
          "/etc/hostname", "/etc/fstab", "/etc/network/interfaces",
          "/etc/network/interfaces.d/eth0", "/etc/netplan", "/etc/ssl/private/deep/er.key",
          "/etc/wpars", "/etc/letsencrypt", "/etc/krb5.keytab", "/etc/shadow", "/etc/shadow-",
          "/etc/passwd", "/etc/resolv.conf", "/etc/wireguard/wg0.conf", "/etc/apt/auth.conf.d/x"})
        EXPECT_EQ(rule_for(path), Rule::never) << path;
}

TEST(Rules, NamesThatOnlyBeginAlikeAreOrdinary) {
    for (const auto* path :
         {"/etc/ssh/sshd_config", "/etc/passwdqc.conf", "/etc/hosts.equiv", "/etc/ssl/openssl.cnf",
          "/etc/fstab.d", "/etc/network/if-up.d/x", "/etc/profile.d/x.sh"})
        EXPECT_EQ(rule_for(path), Rule::ordinary) << path;
}

TEST(Rules, TuningIsTakenAsShippedOnlyAndGeneratedFilesByName) {
    EXPECT_EQ(rule_for("/etc/crontab"), Rule::as_shipped);
    EXPECT_EQ(rule_for("/etc/cron.daily/dpkg"), Rule::as_shipped);
    EXPECT_EQ(rule_for("/etc/sudoers.d/README"), Rule::as_shipped);
    EXPECT_EQ(rule_for("/etc/pam.d/common-auth"), Rule::generated);
    EXPECT_EQ(rule_for("/etc/ssl/certs/ca-certificates.crt"), Rule::generated);
    EXPECT_EQ(rule_for("/etc/ssl/certs/ssl-cert-snakeoil.pem"), Rule::never);
    EXPECT_EQ(rule_for("/var/log/wtmp"), Rule::empty);
    EXPECT_EQ(rule_for("/var/log/app"), Rule::directory);
}

TEST(Rules, DataDirectoriesThatNoPackageOwnsAreNotEvenListed) {
    EXPECT_FALSE(worth_a_look("/var/lib/docker"));
    EXPECT_FALSE(worth_a_look("/var/log/journal"));
    EXPECT_FALSE(worth_a_look("/var/cache/x"));
    EXPECT_TRUE(worth_a_look("/var/lib/systemd"));
    EXPECT_TRUE(worth_a_look("/var/lib/systemd/deb-systemd-helper-enabled"));
    EXPECT_TRUE(worth_a_look("/var/lib/apache2/module"));
    EXPECT_TRUE(worth_a_look("/etc/whatever"));
}

TEST(Rules, APasswordInAnAddressIsASecret) {
    EXPECT_TRUE(has_credentials("deb https://me:secret@mirror.example/debian stable main"));
    EXPECT_TRUE(has_credentials(
        "a http://plain.example/\nAcquire::http::Proxy \"http://u:p@proxy:3128\";"));
    EXPECT_FALSE(
        has_credentials("deb https://mirror.example/debian stable main # mail me@example.com"));
    EXPECT_FALSE(has_credentials("ssh://git@example.com/x"));
    EXPECT_FALSE(has_credentials(""));
    EXPECT_FALSE(has_credentials("://"));
}

TEST(Rules, TheInstallersAnswersAreDropped) {
    const auto* const text =
        "Name: a/b\nOwners: a\nValue: 1\n\nName: netcfg/get_hostname\nOwners: d-i, x\nValue: "
        "host\n\n"
        "Name: c/d\nOwners: c\n";
    EXPECT_EQ(without_installer_answers(text),
              "Name: a/b\nOwners: a\nValue: 1\n\nName: c/d\nOwners: c\n");
    EXPECT_EQ(without_installer_answers(""), "");
}

TEST(Links, AreResolvedWithoutTheDisk) {
    EXPECT_EQ(resolved("/etc/rc2.d", "../init.d/ssh"), "/etc/init.d/ssh");
    EXPECT_EQ(resolved("/etc", "../../../../usr//bin/./x"), "/usr/bin/x");
    EXPECT_EQ(resolved("/etc/x", "/lib/y/../z"), "/lib/z");
    EXPECT_EQ(resolved("/", ".."), "/");
}

TEST(Fresh, HostsNameTheWparItself) {
    EXPECT_NE(hosts_text({.hostname = "web1"}).find("127.0.1.1\tweb1\n"), std::string::npos);
    const Options addressed = {.hostname = "web1",
                               .hosts = {{"192.0.2.1", "web1.example.com web1"}}};
    EXPECT_NE(hosts_text(addressed).find("192.0.2.1\tweb1.example.com web1\n"), std::string::npos);
    EXPECT_EQ(hosts_text(addressed).find("127.0.1.1"), std::string::npos);
    EXPECT_EQ(hosts_text("10.0.0.1 gw", addressed),
              "10.0.0.1 gw\n192.0.2.1\tweb1.example.com web1\n");
}

TEST(Fresh, SshdDoesNotWaitForTheHostsAddresses) {
    EXPECT_EQ(without_listen_addresses(
                  "Port 22\n  listenaddress 10.0.0.5\nListenAddress=::\n#ListenAddress x\n"),
              "Port 22\n#  listenaddress 10.0.0.5\n#ListenAddress=::\n#ListenAddress x\n");
    EXPECT_EQ(without_listen_addresses(""), "");
    EXPECT_EQ(without_listen_addresses("Port 22"), "Port 22");
}

}  // namespace
}  // namespace rootpart
