// A made-up global environment: what a fresh WPAR gets of it, and what it never gets.
#include "root/rootpart_fixture.h"
#include "rootpart/md5.h"
#include "rootpart/populate.h"

namespace rootpart {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class PopulateTest : public RootpartTest {
  protected:
    std::vector<std::string> placed;
    std::vector<std::string> left_out;

    void SetUp() override {
        RootpartTest::SetUp();
        if (IsSkipped()) return;
        make_database();
        make_accounts();
        for (const auto* name : {"proc", "sys", "dev", "srv", "wpars", "home/alice", "root/.ssh",
                                 "usr/bin", "opt/app"})
            directory(std::string("global/") + name);
        directory("global/tmp", 0755);
        link("global/bin", "usr/bin");
        file("global/usr/bin/env", "env", 0755);
        file("global/root/.ssh/id_rsa", "SECRET", 0600);
        file("global/home/alice/diary", "SECRET");
    }
    void make_database() const {
        file("global/var/lib/dpkg/info/all.list",
             "/.\n/etc\n/etc/app\n/etc/app/open.conf\n/etc/app/closed.conf\n/etc/app/"
             "changed.conf\n/etc/crontab\n"
             "/etc/sudoers\n/etc/ssl/private\n/etc/ssl/private/own.key\n/etc/missing.conf\n/etc/"
             "owned-link\n"
             "/etc/init.d/ssh\n/var\n/var/lib\n/var/lib/app\n/var/lib/app/shipped\n/var/log\n/var/"
             "tmp\n/var/spool\n"
             "/var/run\n/etc/ssh/sshd_config\n");
        file("global/var/lib/dpkg/status",
             "Package: all\nConffiles:\n /etc/app/open.conf 0\n /etc/app/closed.conf " +
                 md5("closed") + "\n /etc/app/changed.conf " + md5("original") +
                 "\n /etc/crontab " + md5("original") + "\n /etc/sudoers " + md5("sudoers") + "\n");
        file("global/var/lib/dpkg/lock", "", 0640);
    }
    void make_accounts() const {
        file("global/etc/passwd",
             "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/sh\n");
        file("global/etc/group", "root:x:0:\nshadow:x:42:\nalice:x:1000:\n");
        file("global/etc/shadow", "root:$y$SECRET:19000::::::\nalice:$y$SECRET:19000::::::\n",
             0640);
        ASSERT_EQ(::chown((top / "global/etc/shadow").c_str(), 0, 42), 0);
        ASSERT_EQ(::chmod((top / "global/etc/shadow").c_str(), 0640), 0);
    }
    Result<void> fill(const Options& options = {.hostname = "web1"}) {
        return populate(open("global"), open("target"), options,
                        {[this](std::string_view what) { placed.emplace_back(what); },
                         [this](std::string_view what) { left_out.emplace_back(what); }});
    }
    // No file of the target, wherever it is, holds the text.
    void expect_nowhere(const std::string& needle) const {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(top / "target"))
            if (entry.is_regular_file() && !entry.is_symlink()) {
                std::ostringstream all;
                all << std::ifstream(entry.path()).rdbuf();
                EXPECT_THAT(all.str(), Not(HasSubstr(needle))) << entry.path();
            }
    }
};

TEST_F(PopulateTest, PackagedFilesAreTakenWhenOpenToAllOrAsShipped) {
    file("global/etc/app/open.conf", "changed by the administrator");
    file("global/etc/app/closed.conf", "closed", 0600);
    file("global/etc/app/changed.conf", "password=SECRET", 0600);
    file("global/etc/app/unowned.conf", "mine");
    file("global/var/lib/app/shipped", "x");
    file("global/var/lib/app/data", "mine");
    const auto filled = fill();
    ASSERT_TRUE(filled) << filled.error().text;
    EXPECT_EQ(text("target/etc/app/open.conf"), "changed by the administrator");
    EXPECT_EQ(text("target/etc/app/closed.conf"), "closed");
    EXPECT_EQ(mode("target/etc/app/closed.conf"), 0600u);
    EXPECT_FALSE(has("target/etc/app/changed.conf"));
    EXPECT_THAT(left_out, Contains(HasSubstr("/etc/app/changed.conf")));
    EXPECT_FALSE(has("target/etc/app/unowned.conf"));
    EXPECT_TRUE(has("target/var/lib/app/shipped"));
    EXPECT_FALSE(has("target/var/lib/app/data"));
}

TEST_F(PopulateTest, SecretsIdentityAndDataStayOutside) {
    for (const auto* path :
         {"etc/ssh/ssh_host_rsa_key", "etc/ssl/private/own.key", "etc/krb5.keytab",
          "etc/letsencrypt/live/key.pem", "etc/wpars/web1.cf", "etc/machine-id", "etc/resolv.conf",
          "etc/network/interfaces", "etc/network/interfaces.d/x", "etc/fstab", "etc/hosts",
          "etc/hostname", "var/spool/cron/crontabs/root", "var/mail/root", "var/log/syslog",
          "var/lib/docker/image/x", "etc/sudoers.d/local", "etc/systemd/network/10.network"})
        file(std::string("global/") + path, "SECRET");
    file("global/etc/crontab", "SECRET job");
    file("global/etc/apt/sources.list", "deb http://user:SECRET@mirror.example/ x main");
    ASSERT_TRUE(fill());
    expect_nowhere("SECRET");
    expect_nowhere("alice");
    EXPECT_FALSE(has("target/var/lib/docker"));
    EXPECT_FALSE(has("target/home/alice"));
    EXPECT_FALSE(has("target/wpars"));
    EXPECT_FALSE(has("target/etc/ssh/ssh_host_rsa_key"));
    EXPECT_TRUE(has("target/etc/ssl/private"));
    EXPECT_EQ(text("target/etc/machine-id"), "");
    EXPECT_EQ(text("target/etc/hostname"), "web1\n");
    EXPECT_THAT(left_out, Contains(HasSubstr("/etc/crontab")));
    EXPECT_THAT(left_out, Contains(HasSubstr("/etc/apt/sources.list: holds a password")));
}

TEST_F(PopulateTest, AccountsAreTheSystemsAndLocked) {
    ASSERT_TRUE(fill());
    EXPECT_EQ(text("target/etc/passwd"), "root:x:0:0:root:/root:/bin/bash\n");
    EXPECT_EQ(text("target/etc/group"), "root:x:0:\nshadow:x:42:\n");
    EXPECT_THAT(text("target/etc/shadow"), ::testing::StartsWith("root:*:"));
    EXPECT_EQ(mode("target/etc/shadow"), 0640u);
    EXPECT_EQ(stat("target/etc/shadow").st_gid, 42u);
    EXPECT_EQ(text("target/etc/subuid"), "");
}

TEST_F(PopulateTest, LinksAreTakenWhereTheyLeadSomewhere) {
    file("global/etc/init.d/ssh", "script", 0755);
    link("global/etc/rc2.d/S01ssh", "../init.d/ssh");
    link("global/etc/rc2.d/S02mine", "../init.d/mine");
    link("global/etc/alternatives/env", "/usr/bin/env");
    link("global/etc/alternatives/gone", "/usr/bin/gone");
    link("global/etc/second", "alternatives/env");
    link("global/etc/a-link-to-second", "second");
    link("global/etc/owned-link", "/nowhere");
    link("global/etc/mine", "/srv/mine");
    link("global/etc/unit.service", "/dev/null");
    ASSERT_TRUE(fill());
    for (const auto* taken : {"rc2.d/S01ssh", "alternatives/env", "second", "a-link-to-second",
                              "owned-link", "unit.service"})
        EXPECT_TRUE(has(std::string("target/etc/") + taken)) << taken;
    for (const auto* left : {"rc2.d/S02mine", "alternatives/gone", "mine"})
        EXPECT_FALSE(has(std::string("target/etc/") + left)) << left;
}

TEST_F(PopulateTest, TheLayoutIsThatOfARootWithSharedPrograms) {
    file("global/var/log/wtmp", "logins", 0664);
    directory("global/var/log/app", 0750);
    file("global/var/log/app/log", "lines");
    directory("global/var/tmp", 01777);
    link("global/var/run", "/run");
    ASSERT_TRUE(fill());
    for (const auto* name :
         {"usr", "opt", "proc", "sys", "dev", "run", "srv", "home", "root", "boot"})
        EXPECT_TRUE(std::filesystem::is_empty(top / "target" / name) || std::string(name) == "root")
            << name;
    EXPECT_EQ(mode("target/tmp"), 01777u);
    EXPECT_EQ(mode("target/var/tmp"), 01777u);
    EXPECT_EQ(std::filesystem::read_symlink(top / "target/bin"), "usr/bin");
    EXPECT_EQ(std::filesystem::read_symlink(top / "target/var/run"), "/run");
    EXPECT_TRUE(has("target/var/lib/dpkg/info/all.list"));
    EXPECT_EQ(mode("target/var/lib/dpkg/lock"), 0640u);
    EXPECT_EQ(text("target/var/log/wtmp"), "");
    EXPECT_EQ(mode("target/var/log/wtmp"), 0664u);
    EXPECT_EQ(mode("target/var/log/app"), 0750u);
    EXPECT_FALSE(has("target/var/log/app/log"));
    EXPECT_EQ(placed.front(), "./usr");
    EXPECT_THAT(placed, Contains("./var"));
}

TEST_F(PopulateTest, PrivateProgramsAreCopiedWhole) {
    ASSERT_TRUE(fill({.private_usr = true, .private_opt = true, .hostname = "web1"}));
    EXPECT_EQ(text("target/usr/bin/env"), "env");
    EXPECT_EQ(mode("target/usr/bin/env"), 0755u);
    EXPECT_TRUE(has("target/opt/app"));
}

TEST_F(PopulateTest, NameResolutionIsCopiedWhenAskedFor) {
    file("global/etc/resolv.conf", "nameserver 127.0.0.53\n");
    file("global/run/systemd/resolve/resolv.conf", "nameserver 192.0.2.53\n");
    file("global/etc/hosts", "10.0.0.1 gw\n");
    file("global/etc/networks", "lan 10\n");
    ASSERT_TRUE(
        fill({.hostname = "web1", .hosts = {{"10.0.0.7", "web1"}}, .copy_name_resolution = true}));
    EXPECT_EQ(text("target/etc/resolv.conf"), "nameserver 192.0.2.53\n");
    EXPECT_EQ(text("target/etc/hosts"), "10.0.0.1 gw\n10.0.0.7\tweb1\n");
    EXPECT_EQ(text("target/etc/networks"), "lan 10\n");
}

TEST_F(PopulateTest, InitIsToldWhatMakesNoSenseInAWpar) {
    const std::string units = "global/usr/lib/systemd/system/";
    file("global/usr/lib/systemd/systemd", "", 0755);
    for (const auto* unit : {"ssh.service", "fstrim.timer", "console-getty.service"})
        file(units + unit, "");
    file("global/usr/sbin/sshd", "", 0755);
    file("global/usr/bin/ssh-keygen", "", 0755);
    ASSERT_TRUE(fill({.hostname = "web1"}));
    const std::string made = "target/etc/systemd/system/";
    EXPECT_EQ(std::filesystem::read_symlink(top / (made + "fstrim.timer")), "/dev/null");
    EXPECT_FALSE(has(made + "systemd-pstore.service"));
    EXPECT_TRUE(has(made + "ssh.service.wants/corral-ssh-keys.service"));
    EXPECT_THAT(text(made + "ssh.service.wants/corral-ssh-keys.service"),
                HasSubstr("ssh-keygen -A"));
    EXPECT_FALSE(has(made + "service.d"));  // launch puts its own into /run, at each start
}

TEST_F(PopulateTest, WithoutSystemdAScriptMakesTheHostKeys) {
    file("global/usr/sbin/sshd", "", 0755);
    file("global/usr/bin/ssh-keygen", "", 0755);
    file("global/etc/inittab", "id:2:initdefault:\n1:2345:respawn:/sbin/getty 38400 tty1\n");
    file("global/etc/ssh/sshd_config", "ListenAddress 10.0.0.1\nPort 22\n");
    ASSERT_TRUE(fill());
    EXPECT_THAT(text("target/etc/init.d/corral-ssh-keys"), HasSubstr("ssh-keygen -A"));
    EXPECT_EQ(text("target/etc/inittab"),
              "id:2:initdefault:\n#1:2345:respawn:/sbin/getty 38400 tty1\n"
              "ck::bootwait:/etc/init.d/corral-ssh-keys start\n");
    EXPECT_EQ(text("target/etc/ssh/sshd_config"), "#ListenAddress 10.0.0.1\nPort 22\n");
    EXPECT_FALSE(has("target/etc/systemd"));
}

TEST_F(PopulateTest, ALinkWhereADirectoryShouldBeNeverLeadsOutOfTheTarget) {
    directory("global/usr/share/units");
    file("global/usr/share/units/ssh.service", "outside");
    file("global/usr/lib/systemd/systemd", "", 0755);
    file("global/usr/lib/systemd/system/fstrim.timer", "");
    link("global/etc/systemd", (top / "global/usr/share/units").string());
    const auto filled = fill();
    (void)filled;  // refused or not, nothing outside changes
    EXPECT_FALSE(has("global/usr/share/units/system"));
    EXPECT_EQ(text("global/usr/share/units/ssh.service"), "outside");
}

TEST_F(PopulateTest, AFullTargetIsFull) {
    file("global/etc/app/open.conf", std::string(2 << 20, 'x'));
    ASSERT_EQ(::mount("tmpfs", (top / "target").c_str(), "tmpfs", 0, "size=1m"), 0);
    const auto filled = fill();
    ASSERT_FALSE(filled);
    EXPECT_EQ(filled.error().kind, Kind::full);
}

TEST_F(PopulateTest, TheEstimateCoversWhatIsWritten) {
    file("global/etc/app/open.conf", std::string(1 << 20, 'x'));
    file("global/usr/bin/large", std::string(3 << 20, 'x'));
    const auto shared = estimate(open("global"), {});
    ASSERT_TRUE(shared) << shared.error().text;
    EXPECT_GE(shared->root.bytes, 1u << 20);
    EXPECT_EQ(shared->usr.bytes, 0u);
    const auto detached = estimate(open("global"), {.private_usr = true});
    EXPECT_GE(detached->usr.bytes, 3u << 20);
    EXPECT_GE(detached->usr.files, 2u);
}

TEST_F(PopulateTest, OnlyTheSystemdThatCannotDoWithoutIsToldToTakeTheProcThatThereIs) {
    const std::string rules = "target/etc/systemd/system/service.d/corral.conf";
    file("global/usr/lib/systemd/systemd", "", 0755);
    file("global/usr/lib/systemd/libsystemd-shared-252.so", "");
    ASSERT_TRUE(fill());
    EXPECT_FALSE(has(rules));
    std::filesystem::remove(top / "global/usr/lib/systemd/libsystemd-shared-252.so");
    file("global/usr/lib/systemd/libsystemd-shared-247.so", "");
    std::filesystem::remove_all(top / "target");
    directory("target");
    ASSERT_TRUE(fill());
    EXPECT_THAT(text(rules), HasSubstr("\nProtectKernelTunables=no\n"));
    EXPECT_THAT(text("target/etc/systemd/system/systemd-journald-audit.socket.d/corral.conf"),
                HasSubstr("!container"));
}

}  // namespace
}  // namespace rootpart
