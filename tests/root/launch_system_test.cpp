#include <sys/sysmacros.h>

#include "base/text.h"
#include "root/launch_fixture.h"

namespace launch {
namespace {

using testing::HasSubstr;
using testing::Not;

class SystemWpar : public LaunchTest {
  protected:
    void SetUp() override {
        LaunchTest::SetUp();
        if (base_.empty()) return;
        NEEDS(os::probe_idmap(base_), "needs a file system below /var/tmp that can be idmapped");
        NEEDS(os::probe_idmap("/usr"), "needs a /usr that can be idmapped");
        for (const auto* name : {"usr", "etc", "tmp"})
            ASSERT_EQ(::mkdir(path(name).c_str(), 0755), 0);
        for (const std::string name : {"bin", "sbin", "lib", "lib64"})
            ASSERT_EQ(::symlink(("usr/" + name).c_str(), path(name).c_str()), 0);
        plan_.name = "probe";
        plan_.hostname = "probe.example";
        plan_.root = base_;
        plan_.mounts = {{.source = "/usr", .target = "/usr", .read_only = true}};
        const auto granted = *security::capabilities_of(security::default_privileges());
        plan_.confinement = {.capabilities = security::bounding_set(granted),
                             .own_users = true,
                             .ids = {2000000, 65536},
                             .filter = security::default_filter({.capabilities = granted})};
    }
    Result<Started> start_script(const std::string& script) {
        plan_.command = {"/bin/sh", "-c", "exec > /out 2>&1\n" + script};
        return start(plan_, hooks_);
    }
    // What the script printed as init.
    std::string run(const std::string& script) {
        const auto started = start_script(script);
        if (!started) return started.error().text;
        status_ = wait_status(started->pid);
        return text("out");
    }

    // What the command printed on the console, to its end.
    std::string listen(const std::string& typed = "") {
        auto started = start(plan_, hooks_);
        if (!started) return started.error().text;
        const int master = started->console_master.get();
        EXPECT_EQ(::write(master, typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
        std::string heard;
        char block[256];
        for (ssize_t got = 0; (got = ::read(master, block, sizeof block)) > 0;)
            heard.append(block, static_cast<std::size_t>(got));
        status_ = wait_status(started->pid);
        return heard;
    }

    Plan plan_;
    Hooks hooks_;
    int status_ = 0;
};

class OverlaidWpar : public SystemWpar {
  protected:
    void SetUp() override {
        SystemWpar::SetUp();
        if (base_.empty() || IsSkipped()) return;
        for (const auto* name : {"lower", "lower/bin", "store", "store/upper", "store/work"})
            ASSERT_EQ(::mkdir(outside(name).c_str(), 0755), 0);
        ASSERT_TRUE(os::replace_file({.path = outside("lower/bin/tool"), .text = "old\n"}));
        ASSERT_EQ(::mkdir(path("data").c_str(), 0755), 0);
        plan_.mounts.push_back({.kind = Mount::Kind::overlay,
                                .source = outside("lower"),
                                .target = "/data",
                                .store = outside("store")});
    }
    void TearDown() override {
        if (base_.empty()) return;
        EXPECT_TRUE(os::remove_tree(base_ + "-outside"));
        SystemWpar::TearDown();
    }
    std::string outside(const std::string& below) {
        const auto top = base_ + "-outside";
        (void)::mkdir(top.c_str(), 0700);
        return top + "/" + below;
    }
};

TEST_F(OverlaidWpar, ATreeThatNeverChangesIsWritableInside) {
    EXPECT_EQ(run("stat -c '%u %n' /data/bin/tool; echo new > /data/bin/tool; cat /data/bin/tool;"
                  "mkdir /data/made; chown 5:7 /data/made; mv /data/bin /data/moved; ls /data"),
              "0 /data/bin/tool\nnew\nmade\nmoved\n");
    EXPECT_EQ(*os::read_file(outside("lower/bin/tool")), "old\n");
    EXPECT_EQ(*os::read_file(outside("store/upper/moved/tool")), "new\n");
    struct stat made = {};
    ASSERT_EQ(::stat(outside("store/upper/made").c_str(), &made), 0);
    EXPECT_EQ(made.st_uid, 5U) << "ids on disk are plain";
    EXPECT_EQ(made.st_gid, 7U);
}

TEST_F(OverlaidWpar, AnotherViewAndADirectoryMayShowPartsOfTheSameTree) {
    for (const auto* name : {"other", "other/upper", "other/work"})
        ASSERT_EQ(::mkdir(outside(name).c_str(), 0755), 0);
    plan_.mounts.push_back({.kind = Mount::Kind::overlay,
                            .source = outside("lower/bin"),
                            .target = "/more",
                            .store = outside("other")});
    plan_.mounts.push_back({.source = outside("lower/bin"), .target = "/shown"});
    EXPECT_EQ(run("echo new > /more/tool; cat /data/bin/tool /more/tool /shown/tool"),
              "old\nnew\nold\n");
}

TEST_F(OverlaidWpar, ItsRootCannotTakeTheViewAway) {
    EXPECT_THAT(run("umount /data || umount -l /data; mount -o remount,bind,dev /data;"
                    "cat /data/bin/tool"),
                HasSubstr("old"));
    EXPECT_THAT(text("out"), Not(HasSubstr("upper")));
}

TEST_F(SystemWpar, InitIsRootInsideAndNobodySpecialOutside) {
    auto started =
        start_script("id -u; stat -c '%u %a' /; touch /made; echo ready > /dev/console; read end");
    ASSERT_TRUE(started) << started.error().text;
    char ready = 0;
    ASSERT_EQ(::read(started->console_master.get(), &ready, 1), 1);
    EXPECT_THAT(*os::read_file(cat("/proc/", started->pid, "/status")),
                HasSubstr("Uid:\t2000000\t2000000"));
    EXPECT_THAT(*os::read_file(cat("/proc/", started->pid, "/status")), HasSubstr("Groups:\t \n"));
    (void)os::signal(started->pidfd.get(), SIGKILL);
    (void)wait_status(started->pid);
    EXPECT_EQ(text("out"), "0\n0 755\n");
    struct stat made = {};
    ASSERT_EQ(::stat(path("made").c_str(), &made), 0);
    EXPECT_EQ(made.st_uid, 0U);
}

TEST_F(SystemWpar, RootInsideCanUndoNoneOfTheMountsThatGuardIt) {
    const auto said =
        run("try() { if \"$@\" >/dev/null 2>&1; then echo \"BROKEN: $*\"; else echo no; fi; }\n"
            "try umount /usr\n"
            "try umount -l /usr\n"
            "try mount -o remount,rw,bind /usr\n"
            "try mount -o remount,rw /usr\n"
            "try touch /usr/broken\n"
            "try unshare -m umount /usr\n"
            "try unshare -Um umount /usr\n"
            "try umount /proc/kcore\n"
            "try umount /proc/timer_list\n"
            "try umount /proc/sys\n"
            "try umount /proc\n"
            "try umount /sys\n"
            "try umount /dev\n"
            "try mount -o remount,rw,bind /proc/sys\n"
            "mkdir /mnt\n"
            "try mount -t proc proc /mnt\n"
            "try mount --bind /proc /mnt\n"
            "try mount -o remount,dev,bind /\n"
            "try sh -c 'echo 1 > /proc/sys/kernel/printk'\n");
    EXPECT_THAT(said, Not(HasSubstr("BROKEN")));
    EXPECT_THAT(said, HasSubstr("no\n"));
}

TEST_F(SystemWpar, KernelFilesAreCoveredAndItsOwnParametersAreNot) {
    plan_.confinement.capabilities |= std::uint64_t{1} << CAP_NET_ADMIN;
    const auto said =
        run("for f in keys timer_list; do wc -c < /proc/$f; done\n"
            "echo 1 > /proc/sys/net/ipv4/ip_forward && echo may-set\n"
            "echo 1 > /proc/sys/kernel/msgmni || echo may-not\n"
            "echo 1 > /sys/kernel/mm/ksm/run || echo may-not\n");
    EXPECT_THAT(said, testing::StartsWith("0\n0\nmay-set\n"));
    EXPECT_THAT(said, HasSubstr("may-not\n"));
    EXPECT_EQ(said.rfind("may-not"), said.size() - 8);
}

TEST_F(SystemWpar, NoDescriptorLeaksInside) {
    const UniqueFd careless(::open("/", O_RDONLY | O_DIRECTORY));
    plan_.command = {"/bin/ls", "-l", "/proc/1/fd"};
    const auto said = listen();
    for (const auto* place : {" 0 -> ", " 1 -> ", " 2 -> "})
        EXPECT_THAT(said, HasSubstr(cat(place, "/dev/console\r\n")));
    EXPECT_THAT(said, HasSubstr(" 3 -> /proc/1/fd\r\n"));  // what ls reads
    EXPECT_THAT(said, Not(HasSubstr(" 4 -> ")));
}

TEST_F(SystemWpar, OnlyTheListedDevicesExist) {
    ASSERT_EQ(::mknod(path("planted").c_str(), S_IFCHR | 0666, makedev(1, 3)), 0);
    plan_.devices = {{.source = "/dev/full", .target = "/dev/extra/full"}};
    const auto said =
        run("ls /dev | tr '\\n' ' '; echo; for d in null zero tty random extra/full; do test -c "
            "/dev/$d || echo missing $d; done\n"
            "echo x > /planted || echo no-devices-here\n"
            "mknod /dev/sneak c 1 1 || echo no-new-devices\n"
            "head -c 3 /dev/zero | wc -c; echo x > /dev/null && echo written; stat -c %u:%g "
            "/dev/null /dev/tty\n");
    EXPECT_THAT(
        said,
        HasSubstr(
            "console extra fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom "
            "zero \n"));
    EXPECT_THAT(said, Not(HasSubstr("missing")));
    EXPECT_THAT(said, HasSubstr("no-devices-here"));
    EXPECT_THAT(said, HasSubstr("no-new-devices"));
    EXPECT_THAT(said, HasSubstr("3\nwritten\n0:0\n0:5\n"));
}

TEST_F(SystemWpar, CapabilitiesAreBounded) {
    plan_.confinement.capabilities =
        (1U << CAP_CHOWN) | (1U << CAP_SYS_ADMIN) | (1U << CAP_SETPCAP);
    const auto said = run("grep -E 'Cap(Inh|Prm|Bnd|Amb)|NoNewPrivs|Seccomp:' /proc/self/status");
    EXPECT_EQ(said,
              "CapInh:\t0000000000000000\nCapPrm:\t0000000000200101\nCapBnd:\t0000000000200101\n"
              "CapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t2\n");
}

TEST_F(SystemWpar, SetUserIdWorksInside) {
    const auto said =
        run("cp /usr/bin/id /as-root && chmod 4755 /as-root && setpriv --reuid 33 --regid 33 "
            "--clear-groups /as-root -u\n");
    EXPECT_EQ(said, "0\n");
}

TEST_F(SystemWpar, TheFilterDeniesRareSocketsAndTypingIntoTerminals) {
    const auto said = run(
        "perl -e 'use Socket; for (38, 40, 17) { socket(my $s, $_, 5, 0) ? print qq(opened $_\\n) "
        ": print qq($_: $!\\n); }\n"
        "my $c = q(x); ioctl(STDIN, 0x5412, $c) ? print qq(typed\\n) : print qq(TIOCSTI: $!\\n);\n"
        "socket(my $s, 2, 3, 1) ? print qq(raw\\n) : print qq(raw: $!\\n);\n"
        "socket(my $s, 2, 1, 0) and print qq(tcp\\n);'");
    EXPECT_EQ(said,
              "38: Address family not supported by protocol\n40: Address family not supported by "
              "protocol\n"
              "17: Address family not supported by protocol\nTIOCSTI: Operation not permitted\n"
              "raw: Operation not permitted\ntcp\n");
}

TEST_F(SystemWpar, RebootAndPowerOffEndItAlone) {
    const std::string reboot = "exec perl -e 'syscall(169, 0xfee1dead, 672274793, ";
    (void)run(reboot + "0x1234567)'");
    ASSERT_TRUE(WIFSIGNALED(status_));
    EXPECT_EQ(WTERMSIG(status_), SIGHUP);
    (void)run(reboot + "0x4321fedc)'");
    ASSERT_TRUE(WIFSIGNALED(status_));
    EXPECT_EQ(WTERMSIG(status_), SIGINT);
}

TEST_F(SystemWpar, AMissingInitIsNamed) {
    ASSERT_EQ(::unlink(path("sbin").c_str()), 0);
    const auto started = start(plan_, hooks_);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, Kind::missing);
    EXPECT_THAT(started.error().text, HasSubstr("'/sbin/init' was not found"));
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // no child left
}

TEST_F(SystemWpar, TheCallerIsBackInItsOwnMountNamespace) {
    const auto before = *os::read_file("/proc/self/mountinfo");
    ASSERT_EQ(::chdir("/var"), 0);
    (void)run("echo $$");
    EXPECT_EQ(text("out"), "1\n");
    EXPECT_EQ(*os::read_file("/proc/self/mountinfo"), before);
    EXPECT_EQ(std::string(::get_current_dir_name()), "/var");
    plan_.command = {"/no/such/init"};
    EXPECT_FALSE(start(plan_, hooks_));
    EXPECT_EQ(*os::read_file("/proc/self/mountinfo"), before);
    EXPECT_EQ(std::string(::get_current_dir_name()), "/var");
}

TEST_F(SystemWpar, NothingOfTheGlobalTreeIsMountedInside) {
    const auto said = run("cut -d' ' -f5,6,9- /proc/self/mountinfo; df -a >/dev/null && echo df");
    EXPECT_THAT(said, HasSubstr("/ rw,nodev"));
    EXPECT_THAT(said, HasSubstr("/usr ro,nodev"));
    EXPECT_THAT(said, HasSubstr("/sys/fs/cgroup rw"));
    EXPECT_THAT(said, Not(HasSubstr("/var/tmp")));
    EXPECT_THAT(said, HasSubstr("df\n"));
    EXPECT_THAT(run("df --output=target"), Not(HasSubstr("/proc")));
}

TEST_F(SystemWpar, NamesParametersAndEnvironmentAreItsOwn) {
    plan_.uuid = "6a3fa6a2-0000-4000-8000-000000000001";
    plan_.environment = {"EXTRA=yes"};
    plan_.sysctls = {{"kernel.msgmni", "77"},
                     {"kernel.sem", "250 32000 32 66"},
                     {"net.ipv4.ping_group_range", "0 65535"},
                     {"user.max_user_namespaces", "5"}};
    const auto said =
        run("uname -n; cat /proc/sys/kernel/msgmni /proc/sys/kernel/sem "
            "/proc/sys/net/ipv4/ping_group_range "
            "/proc/sys/user/max_user_namespaces; echo $container $container_uuid $EXTRA; cat "
            "/proc/self/cgroup | tail -1");
    EXPECT_EQ(said,
              "probe.example\n77\n250\t32000\t32\t66\n0\t65535\n5\n"
              "corral 6a3fa6a2-0000-4000-8000-000000000001 yes\n0::/\n");
}

TEST_F(SystemWpar, AParameterOfTheMachineIsRefused) {
    plan_.sysctls = {{"kernel.core_pattern", "|/evil"}};
    const auto started = start(plan_, hooks_);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, Kind::invalid);
    EXPECT_THAT(started.error().text, HasSubstr("kernel.core_pattern"));
}

TEST_F(SystemWpar, TheConsoleIsAPtyOfItsOwn) {
    plan_.command = {"/bin/sh", "-c",
                     "tty; echo hello > /dev/console; read answer; echo got $answer"};
    const auto heard = listen("there\n");
    EXPECT_THAT(heard, HasSubstr("/dev/console\r\n"));
    EXPECT_THAT(heard, HasSubstr("hello\r\n"));
    EXPECT_THAT(heard, HasSubstr("got there\r\n"));
}

TEST_F(SystemWpar, TerminalsAreLimited) {
    plan_.ptys = 2;
    const auto said =
        run("perl -e 'for (1 .. 3) { open($t[$_], q(+<), q(/dev/ptmx)) ? print qq(yes\n) : print "
            "qq($!\n) }'");
    EXPECT_EQ(said, "yes\nyes\nNo space left on device\n");
}

TEST_F(SystemWpar, WithoutAConsoleStdioIsItsOwnNull) {
    plan_.console = false;
    const auto said = run("readlink /proc/1/fd/0; test -e /dev/console || echo none");
    EXPECT_EQ(said, "/dev/null\nnone\n");
}

TEST_F(SystemWpar, AFailingHookEndsTheStart) {
    bool called = false;
    hooks_.configure = [&](pid_t process, int network) -> Result<void> {
        called = process > 0 && network >= 0;
        return Error{Kind::busy, "address in use"};
    };
    const auto started = start_script("echo ran");
    ASSERT_FALSE(started);
    EXPECT_TRUE(called);
    EXPECT_EQ(started.error().text, "address in use");
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_FALSE(os::exists(path("out")));
}

TEST_F(SystemWpar, MountsOfTheDefinitionAreThere) {
    ASSERT_EQ(::mkdir(path("elsewhere").c_str(), 0755), 0);
    ASSERT_TRUE(os::replace_file({.path = path("elsewhere/file"), .text = "seen\n"}));
    plan_.mounts.push_back({.source = path("elsewhere"), .target = "/data/deep"});
    plan_.mounts.push_back(
        {.kind = Mount::Kind::fresh, .target = "/scratch", .type = "tmpfs", .options = "size=1m"});
    plan_.mounts.push_back(
        {.source = path("elsewhere/file"), .target = "/single", .read_only = true});
    const auto said =
        run("cat /data/deep/file /single; stat -c %u /data/deep /data /scratch; df -k "
            "--output=size /scratch");
    EXPECT_THAT(said, HasSubstr("seen\nseen\n0\n0\n0\n"));
    EXPECT_THAT(said, HasSubstr("1024"));
}

TEST_F(SystemWpar, ALinkInsideCannotLeadAMountOut) {
    ASSERT_EQ(::symlink("/etc", path("trap").c_str()), 0);
    plan_.mounts.push_back({.kind = Mount::Kind::fresh, .target = "/trap/deep", .type = "tmpfs"});
    const auto said = run("grep -c /etc/deep /proc/self/mountinfo");
    EXPECT_EQ(said, "1\n");
    EXPECT_FALSE(os::exists("/etc/deep"));
    EXPECT_TRUE(os::exists(path("etc/deep")));
}

}  // namespace
}  // namespace launch
