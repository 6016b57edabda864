#include "spec/check.h"

#include "spec/test_support.h"

namespace spec {
namespace {

using testing::HasSubstr;

Definition system(Definition with = {}) {
    if (with.general.name.empty()) with.general.name = "web1";
    return with;
}
Definition application(Definition with = {}) {
    with.general.name = "vmstat";
    with.general.type = Type::application;
    with.general.application = "/usr/bin/vmstat 5";
    return with;
}
std::string found(const Definition& definition) { return problem(check(definition)); }

// --- user lands

TEST(UserLand, OfAnImageIsAllItsOwn) {
    Definition one = system({.general = {.image = "/srv/image.tar"}});
    EXPECT_EQ(found(one), "");
    one.mounts = {{.directory = "/usr", .vfs = "namefs", .dev = "/usr", .mountopts = "ro"}};
    EXPECT_THAT(found(one), HasSubstr("cannot share programs of the global environment"));
    one.mounts = {{.directory = "/usr", .vfs = "overlay", .dev = "generation"}};
    EXPECT_THAT(found(one), HasSubstr("cannot share programs of the global environment"));
    one.mounts = {{.directory = "/srv", .vfs = "namefs", .dev = "/srv", .mountopts = "ro"}};
    EXPECT_EQ(found(one), "");
    one.general.systemcopy = true;
    EXPECT_THAT(found(one), HasSubstr("has no image"));
}

TEST(UserLand, IsKnownByASha256) {
    Definition one = system({.general = {.image = "/srv/image.tar", .imagedigest = "sha256:12"}});
    EXPECT_THAT(found(one), HasSubstr("imagedigest: 'sha256:12' is not of the form"));
    one.general.imagedigest = "sha256:" + std::string(64, 'a');
    EXPECT_EQ(found(one), "");
    one.general.image = "image.tar";
    EXPECT_THAT(found(one), HasSubstr("image"));
}

TEST(UserLand, NeedsACommandToRunWithoutAnInit) {
    Definition one = system({.general = {.image = "/srv/image", .imageinit = true}});
    EXPECT_THAT(found(one), HasSubstr("there is no imagecommand to run"));
    one.general.imagecommand = "run 'a b";
    EXPECT_THAT(found(one), HasSubstr("imagecommand"));
    one.general.imagecommand = "run 'a b'";
    EXPECT_EQ(found(one), "");
}

// --- names

TEST(Name, MayBeTwentyFiveBytesOfTheUsualCharacters) {
    for (const auto* name :
         {"a", "mywpar01", "web-1", "Web_1", "1x", "abcdefghijklmnopqrstuvwxy", "a@b"})
        EXPECT_THAT(check_name(name), Works()) << name;
}

TEST(Name, EachRuleIsNamed) {
    EXPECT_THAT(check_name(""), FailsWith("cannot be empty"));
    EXPECT_THAT(check_name("abcdefghijklmnopqrstuvwxyz"),
                FailsWith("it is 26 bytes long, at most 25"));
    EXPECT_THAT(check_name("."), FailsWith("it stands for a directory"));
    EXPECT_THAT(check_name(".."), FailsWith("it stands for a directory"));
    EXPECT_THAT(check_name("-x"), FailsWith("it begins with '-'"));
    EXPECT_THAT(check_name("0x"), FailsWith("it begins with '0'"));
    EXPECT_THAT(check_name("a b"), FailsWith("a blank, tab or newline"));
    EXPECT_THAT(check_name("a\nb"), FailsWith("'a\\x0ab' cannot be the name"));
    EXPECT_THAT(check_name("a\x1b"), FailsWith("a control character"));
    EXPECT_THAT(check_name(std::string_view("a\0b", 3)), FailsWith("a control character"));
    EXPECT_THAT(check_name("gr\xc3\xbcn"), FailsWith("not plain ASCII"));
    for (const char c : std::string_view("=:/!;`'\"<>~&()*+[],.^{}|\\"))
        EXPECT_THAT(check_name(cat("a", c, "b")), FailsWith(cat("it contains ", c).c_str())) << c;
}

TEST(Name, OneCanBeFoundForAnyProgram) {
    EXPECT_EQ(usable_name("backup.sh"), "backup_sh");
    EXPECT_EQ(usable_name("["), "_");
    EXPECT_EQ(usable_name(""), "_");
    EXPECT_EQ(usable_name("0day"), "_0day");
    for (const auto* wished : {"-", "0", "a very long name, longer than allowed",
                               "0aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\xff\n"})
        EXPECT_THAT(check_name(usable_name(wished)), Works()) << wished;
}

TEST(HostName, IsMadeOfLabels) {
    for (const auto* name : {"web1", "web1.example.com", "a_b", "1"})
        EXPECT_THAT(check_hostname(name), Works());
    for (const auto* name : {"", "-a", "a-", "a..b", "a.", "a b", "a/b", "a%b"})
        EXPECT_THAT(check_hostname(name), FailsWith("is not a host name")) << name;
    EXPECT_FALSE(check_hostname(std::string(65, 'a')));
}

TEST(Path, IsAbsoluteAndNormal) {
    for (const auto* path : {"/", "/a", "/a/b.c/..d", "/a b"})
        EXPECT_THAT(check_path(path), Works()) << path;
    EXPECT_THAT(check_path("a"), FailsWith("not an absolute path"));
    EXPECT_THAT(check_path(""), FailsWith("not an absolute path"));
    EXPECT_THAT(check_path("/a/../b"), FailsWith("'.' or '..'"));
    EXPECT_THAT(check_path("/a/."), FailsWith("'.' or '..'"));
    EXPECT_THAT(check_path("/a//b"), FailsWith("doubled or trailing slash"));
    EXPECT_THAT(check_path("/a/"), FailsWith("doubled or trailing slash"));
    EXPECT_THAT(check_path("/a\n"), FailsWith("printable ASCII"));
    EXPECT_THAT(check_path("/" + std::string(5000, 'a')), FailsWith("too long"));
    EXPECT_THAT(check_path("/" + std::string(256, 'a')), FailsWith("more than 255 bytes"));
}

// --- general

TEST(Check, TheSmallestDefinitionIsSound) {
    EXPECT_EQ(found(system()), "");
    EXPECT_EQ(found(application()), "");
}

TEST(Check, AllProblemsAreToldAtOnceALineEach) {
    const auto text = found(system({.general = {.name = "web1", .hostname = "a b", .vg = "-x"},
                                    .resources = {.totalProcesses = "1"}}));
    EXPECT_EQ(split(text, '\n').size(), 3u) << text;
    EXPECT_THAT(text, testing::StartsWith("hostname: 'a b' is not a host name"));
}

TEST(Check, ANameThatIsNoHostNameNeedsOne) {
    EXPECT_THAT(found(system({.general = {.name = "a%b"}})),
                HasSubstr("hostname: 'a%b' cannot be a host name as well; give one with -h"));
    EXPECT_EQ(found(system({.general = {.name = "a%b", .hostname = "ab"}})), "");
}

TEST(Check, TheBaseDirectoryIsNotTheGlobalEnvironments) {
    for (const auto* directory :
         {"/", "/usr", "/usr/local/x", "/etc", "/proc/x", "/dev", "/var", "/home", "/opt/x"})
        EXPECT_THAT(found(system({.general = {.directory = directory}})),
                    HasSubstr("belongs to the global"))
            << directory;
    for (const auto* directory : {"/wpars/web1", "/home/x", "/srv/wpars/a", "/usrx", "/tmp/x"})
        EXPECT_EQ(found(system({.general = {.directory = directory}})), "") << directory;
    EXPECT_THAT(found(system({.general = {.directory = "/wpars/../etc"}})),
                HasSubstr("base directory: "));
}

TEST(Check, PathsAndWordsOfGeneral) {
    EXPECT_THAT(found(system({.general = {.script = "hook"}})),
                HasSubstr("script: 'hook' is not an absolute"));
    EXPECT_THAT(found(system({.general = {.devices = "x"}})), HasSubstr("devices: "));
    EXPECT_THAT(found(system({.general = {.postscripts = {"/a", "b"}}})),
                HasSubstr("postscript: 'b'"));
    EXPECT_THAT(found(system({.general = {.uuid = "1234"}})), HasSubstr("uuid: "));
    EXPECT_EQ(found(system({.general = {.uuid = "01234567-89ab-cdef-0123-456789ABCDEF"}})), "");
    EXPECT_THAT(found(system({.general = {.owner = "a b"}})), HasSubstr("owner: "));
}

TEST(Check, IdsNeverReachIntoTheGlobalOnes) {
    EXPECT_THAT(found(system({.general = {.idbase = 1000}})),
                HasSubstr("idbase: 1000 leaves no room"));
    EXPECT_THAT(found(system({.general = {.idbase = 4294967295}})), HasSubstr("idbase: "));
    EXPECT_EQ(found(system({.general = {.key = 8191, .idbase = 65536}})), "");
    EXPECT_THAT(found(system({.general = {.key = 8192}})),
                HasSubstr("key: 8192 is more than 8191"));
}

TEST(Check, AnApplicationWparTakesNoSystemSettings) {
    const auto refused = [](Definition with) { return found(application(std::move(with))); };
    EXPECT_THAT(refused({.security = {.privs = {"PV_TCB"}}}),
                HasSubstr("(-S) is not possible for an application"));
    EXPECT_THAT(refused({.devices = {{.devname = "/dev/fuse"}}}), HasSubstr("(-D)"));
    EXPECT_THAT(refused({.general = {.directory = "/wpars/x"}}), HasSubstr("(-d)"));
    EXPECT_THAT(refused({.general = {.vg = "vg0"}}), HasSubstr("(-g)"));
    EXPECT_THAT(refused({.general = {.autostart = true}}), HasSubstr("(-A)"));
    EXPECT_THAT(refused({.general = {.privateusr = true}}), HasSubstr("(-l)"));
    EXPECT_THAT(refused({.general = {.devices = "/x"}}), HasSubstr("(-b)"));
    EXPECT_THAT(refused({.general = {.copynameres = true}}), HasSubstr("(-r)"));
    EXPECT_EQ(refused({.general = {.xwparipc = true}}), "");
}

TEST(Check, AnApplicationIsAnAbsolutePath) {
    auto vmstat = application();
    vmstat.general.application = "vmstat 5";
    EXPECT_THAT(found(vmstat), HasSubstr("application: 'vmstat' is not an absolute path"));
}

TEST(Check, ASystemWparRunsNoApplication) {
    EXPECT_THAT(found(system({.general = {.application = "/bin/x"}})),
                HasSubstr("not possible for a system"));
    EXPECT_THAT(found(system({.general = {.xwparipc = true}})), HasSubstr("xwparipc (-x)"));
}

// --- network

std::string found_in(const Network& network) { return found(system({.networks = {network}})); }
std::string found_in(const Route& route) { return found(system({.routes = {route}})); }

TEST(CheckNetwork, UsualEntriesAreSound) {
    EXPECT_EQ(found_in({.interface = "en0", .address = "192.168.21.136", .netmask = "255.255.0.0"}),
              "");
    EXPECT_EQ(
        found_in({.address = "10.0.0.5", .netmask = "255.0.0.0", .broadcast = "10.255.255.255"}),
        "");
    EXPECT_EQ(found_in({.address6 = "fd00::5", .prefixlen = "64", .mode = "macvlan"}), "");
    EXPECT_EQ(found_in({.interface = "en0"}), "");
}

TEST(CheckNetwork, OneEntryHoldsOneAddress) {
    EXPECT_THAT(found_in({.address = "10.0.0.5", .address6 = "fd00::5"}),
                HasSubstr("give each its own"));
    EXPECT_THAT(found(system({.networks = {{.address6 = "fd00::5"}, {.address6 = "fd00:0::5"}}})),
                HasSubstr("comes twice"));
    EXPECT_THAT(found(system({.networks = {{}, {}}})),
                HasSubstr("only one entry can go without an address"));
}

TEST(CheckNetwork, AddressAndMaskMakeSense) {
    EXPECT_THAT(found_in({.address = "10.0.0.256"}),
                HasSubstr("'10.0.0.256' is not an IPv4 address"));
    EXPECT_THAT(found_in({.address = "10.0.0.5", .netmask = "255.0.255.0"}),
                HasSubstr("has holes"));
    EXPECT_THAT(found_in({.address = "10.0.0.0", .netmask = "255.0.0.0"}),
                HasSubstr("network itself"));
    EXPECT_THAT(found_in({.address = "10.255.255.255", .netmask = "255.0.0.0"}),
                HasSubstr("broadcast address"));
    EXPECT_THAT(found_in({.address = "127.0.0.1"}), HasSubstr("loopback"));
    EXPECT_THAT(found_in({.address = "10.0.0.5", .prefixlen = "8"}), HasSubstr("takes netmask"));
    EXPECT_THAT(found_in({.netmask = "255.0.0.0", .address6 = "fd00::5"}),
                HasSubstr("takes prefixlen"));
    EXPECT_THAT(found_in({.address6 = "fd00::5", .prefixlen = "200"}), HasSubstr("from 1 to 128"));
    EXPECT_THAT(
        found_in({.address = "10.0.0.5", .netmask = "255.255.255.0", .broadcast = "10.0.1.255"}),
        HasSubstr("is not in its network"));
}

TEST(CheckNetwork, InterfaceAndModeAreNames) {
    EXPECT_THAT(found_in({.interface = "en0;reboot"}),
                HasSubstr("is not the name of an interface"));
    EXPECT_THAT(found_in({.interface = "../x"}), HasSubstr("is not the name of an interface"));
    EXPECT_THAT(found_in({.mode = "nat"}), HasSubstr("none of routed, macvlan, ipvlan, bridge"));
}

TEST(CheckRoute, UsualEntriesAreSound) {
    EXPECT_EQ(found_in({.rtdest = "default", .rtgateway = "10.0.0.1"}), "");
    EXPECT_EQ(found_in({.rtdest = "10.1.0.0",
                        .rtgateway = "10.0.0.1",
                        .rtnetmask = "255.255.0.0",
                        .rttype = "net"}),
              "");
    EXPECT_EQ(found_in({.rtdest = "db.example.com", .rtgateway = "router", .rttype = "host"}), "");
    EXPECT_EQ(
        found_in(
            {.rtdest = "fd01::", .rtgateway = "fd00::1", .rtprefixlen = "64", .rtfamily = "inet6"}),
        "");
}

TEST(CheckRoute, EachMistakeIsNamed) {
    EXPECT_THAT(found_in(Route{.rtgateway = "10.0.0.1"}), HasSubstr("rtdest is missing"));
    EXPECT_THAT(found_in(Route{.rtdest = "default"}), HasSubstr("needs rtgateway or rtinterface"));
    EXPECT_THAT(
        found_in({.rtdest = "10.1.2.0", .rtgateway = "10.0.0.1", .rtnetmask = "255.255.0.0"}),
        HasSubstr("is 10.1.0.0 meant?"));
    EXPECT_THAT(found_in({.rtdest = "10.0.0.0", .rtgateway = "fd00::1"}),
                HasSubstr("different families"));
    EXPECT_THAT(found_in({.rtdest = "default", .rtgateway = "fd00::1", .rtfamily = "inet"}),
                HasSubstr("contradicts"));
    EXPECT_THAT(found_in({.rtdest = "default", .rtgateway = "10.0.0.1", .rttype = "nett"}),
                HasSubstr("neither net nor host"));
    EXPECT_THAT(found_in({.rtdest = "default", .rtgateway = "10.0.0.1", .rtnetmask = "255.0.0.0"}),
                HasSubstr("takes no mask"));
    EXPECT_THAT(found_in({.rtdest = "a b", .rtgateway = "10.0.0.1"}),
                HasSubstr("is not a host name"));
}

// --- mounts

std::string found_in(const Mount& mount) { return found(system({.mounts = {mount}})); }

TEST(CheckMount, UsualEntriesAreSound) {
    EXPECT_EQ(found_in({.directory = "/", .vfs = "jfs2", .size = "5G"}), "");
    EXPECT_EQ(
        found_in({.directory = "/data", .vfs = "namefs", .dev = "/srv/data", .mountopts = "rw"}),
        "");
    EXPECT_EQ(found_in({.directory = "/n",
                        .vfs = "nfs",
                        .dev = "/export",
                        .host = "filer",
                        .mountopts = "ro,hard"}),
              "");
    EXPECT_EQ(found_in({.directory = "/n", .vfs = "nfs", .dev = "/export", .host = "fd00::9"}), "");
    EXPECT_EQ(found_in({.directory = "/scratch", .vfs = "tmpfs", .size = "64M"}), "");
    EXPECT_EQ(found_in({.directory = "/tmp", .vfs = "tmpfs", .size = "64M"}), "");
    for (const auto* directory : {"/", "/etc", "/usr", "/var"})
        EXPECT_THAT(found_in({.directory = directory, .vfs = "tmpfs", .size = "64M"}),
                    HasSubstr("vfs=tmpfs would be empty at every start"))
            << directory;
    EXPECT_EQ(found_in({.directory = "/lv", .vfs = "ext4", .dev = "/dev/vg0/lv"}), "");
    EXPECT_EQ(found_in({.directory = "/big", .size = "204800", .vg = "vg0"}), "");
}

TEST(CheckMount, TheDirectoryIsASoundPathAndComesOnce) {
    EXPECT_THAT(found_in(Mount{.vfs = "tmpfs"}), HasSubstr("mount: directory is missing"));
    EXPECT_THAT(found_in(Mount{.directory = "data"}), HasSubstr("'data' is not an absolute path"));
    EXPECT_THAT(found_in(Mount{.directory = "/a/../.."}), HasSubstr("'.' or '..'"));
    EXPECT_THAT(found_in(Mount{.directory = "/dev/shm", .vfs = "tmpfs"}),
                HasSubstr("/dev is made anew"));
    EXPECT_THAT(found_in(Mount{.directory = "/proc", .vfs = "directory"}),
                HasSubstr("/proc is made anew"));
    EXPECT_THAT(found(system({.mounts = {{.directory = "/a"}, {.directory = "/a"}}})),
                HasSubstr("'/a': the directory comes twice"));
}

TEST(CheckMount, AttributesFitTheVfs) {
    EXPECT_THAT(found_in(Mount{.directory = "/a", .vfs = "zfs"}),
                HasSubstr("vfs 'zfs' is none of directory, namefs"));
    EXPECT_THAT(found_in({.directory = "/a", .vfs = "directory", .size = "1G"}),
                HasSubstr("size makes no sense with vfs=directory"));
    EXPECT_THAT(found_in(Mount{.directory = "/a", .vfs = "namefs"}),
                HasSubstr("vfs=namefs needs dev"));
    EXPECT_THAT(found_in({.directory = "/a", .vfs = "nfs", .dev = "/x"}),
                HasSubstr("vfs=nfs needs host"));
    EXPECT_THAT(found_in({.directory = "/a", .vfs = "bind", .dev = "/x", .host = "h"}),
                HasSubstr("host makes no sense"));
    EXPECT_THAT(found_in(Mount{.directory = "/a", .vfs = "jfs2"}),
                HasSubstr("needs a size, like size=5G"));
    EXPECT_THAT(found_in({.directory = "/a", .vfs = "jfs2", .size = "5X"}),
                HasSubstr("mount '/a': size: '5X' is not a size"));
    EXPECT_THAT(found_in({.directory = "/a", .vfs = "xfs", .size = "1G", .vg = "-v"}),
                HasSubstr("not the name of a volume group"));
    EXPECT_THAT(found_in({.directory = "/a", .vfs = "tmpfs", .mountopts = "ro rw"}),
                HasSubstr("separate with commas"));
    EXPECT_THAT(found_in({.directory = "/a", .vfs = "tmpfs", .mountopts = "ro,rw"}),
                HasSubstr("both ro and rw"));
}

TEST(MountCheck, AGenerationIsGivenByItsNumberOrAsTheNewest) {
    EXPECT_EQ(found_in({.directory = "/usr", .vfs = "overlay", .dev = "generation:3"}), "");
    EXPECT_EQ(found_in({.directory = "/usr", .vfs = "namefs", .dev = "generation"}), "");
    EXPECT_EQ(found_in({.directory = "/usr", .vfs = "bind", .dev = "generation:newest"}), "");
    EXPECT_EQ(found_in({.directory = "/usr", .vfs = "overlay", .dev = "/srv/image"}), "");
    for (const auto* other : {"/", "/dev", "/run/x", "/var", "/var/lib/wpars/a", "/etc/wpars"})
        EXPECT_THAT(found_in({.directory = "/x", .vfs = "overlay", .dev = other}),
                    HasSubstr("of the global environment cannot be shared"))
            << other;
    EXPECT_EQ(found_in(Mount{.directory = "/usr", .vfs = "overlay"}), "");
    EXPECT_THAT(found_in(Mount{.directory = "/srv", .vfs = "overlay"}),
                HasSubstr("vfs=overlay needs dev"));
    for (const auto* wrong : {"generation:", "generation:0", "generation:x", "generations"})
        EXPECT_THAT(found_in({.directory = "/usr", .vfs = "overlay", .dev = wrong}),
                    HasSubstr("is no generation; write generation:N"))
            << wrong;
    EXPECT_THAT(found_in({.directory = "/usr", .vfs = "jfs2", .dev = "generation:3"}),
                HasSubstr("makes no sense with vfs=jfs2, only with overlay, namefs and bind"));
    EXPECT_THAT(found_in({.directory = "/", .vfs = "overlay", .dev = "generation:3"}),
                HasSubstr("a generation is no root"));
    EXPECT_THAT(
        found_in({.directory = "/usr", .vfs = "namefs", .dev = "generation:3", .mountopts = "rw"}),
        HasSubstr("a generation never changes"));
}

TEST(CheckMount, AnOverlayMayHaveASizeAndWithItAPlace) {
    const Mount sized = {
        .directory = "/usr", .vfs = "overlay", .size = "500M", .dev = "generation:3", .vg = "vg0"};
    EXPECT_EQ(found_in(sized), "");
    EXPECT_THAT(found_in({.directory = "/usr", .vfs = "overlay", .vg = "vg0"}),
                HasSubstr("vg needs a size"));
    EXPECT_THAT(found_in({.directory = "/usr", .vfs = "overlay", .size = "much"}),
                HasSubstr("size"));
}

TEST(CheckMount, AnOverlayLiesOverNothingThatPackagesChange) {
    for (const auto* live : {"/usr", "/opt/tool", "/etc", "/lib"})
        EXPECT_THAT(found_in({.directory = "/x", .vfs = "overlay", .dev = live}),
                    HasSubstr("changes with its packages"))
            << live;
}

TEST(CheckMount, TheGlobalSystemIsSharedReadOnlyOrNotAtAll) {
    EXPECT_THAT(found_in({.directory = "/usr", .mountopts = "rw"}),
                HasSubstr("can only be shared read-only"));
    EXPECT_THAT(found_in({.directory = "/x", .vfs = "namefs", .dev = "/usr/share"}),
                HasSubstr("read-only"));
    EXPECT_EQ(
        found_in({.directory = "/x", .vfs = "namefs", .dev = "/usr/share", .mountopts = "ro"}), "");
    EXPECT_THAT(found_in({.directory = "/x", .vfs = "bind", .dev = "/", .mountopts = "ro"}),
                HasSubstr("cannot be shared"));
    EXPECT_THAT(found_in({.directory = "/x", .vfs = "bind", .dev = "/run/x", .mountopts = "ro"}),
                HasSubstr("cannot be shared"));
}

TEST(CheckMount, AnApplicationWparCreatesNoFileSystem) {
    const auto refused = [](const Mount& mount) { return found(application({.mounts = {mount}})); };
    EXPECT_EQ(refused({.directory = "/data"}), "");
    EXPECT_EQ(refused({.directory = "/n", .vfs = "nfs", .dev = "/export", .host = "filer"}), "");
    EXPECT_THAT(refused({.directory = "/data", .size = "1G"}), HasSubstr("creates no file system"));
    EXPECT_THAT(refused({.directory = "/data", .vfs = "directory"}),
                HasSubstr("creates no file system"));
    EXPECT_THAT(refused({.directory = "/data", .mountopts = "ro"}),
                HasSubstr("mountopts needs a vfs"));
}

// --- the rest

TEST(CheckResources, LimitsMakeSense) {
    EXPECT_EQ(found(system({.resources = {.rset = "0-1",
                                          .shares_CPU = "10",
                                          .CPU = "10%-50%,100%",
                                          .procVirtMem = "1G",
                                          .totalProcesses = "64",
                                          .totalThreads = "64",
                                          .pct_pinMem = "50%"}})),
              "");
    EXPECT_THAT(found(system({.resources = {.CPU = "60%-50%,100%"}})),
                HasSubstr("CPU: '60%-50%,100%'"));
    EXPECT_THAT(found(system({.resources = {.shares_memory = "0"}})), HasSubstr("shares_memory: "));
    EXPECT_THAT(found(system({.resources = {.totalProcesses = "64", .totalThreads = "32"}})),
                HasSubstr("totalThreads: 32 is below totalProcesses, which is 64"));
    EXPECT_EQ(found(system({.resources = {.totalProcesses = "unlimited", .totalThreads = "32"}})),
              "");
    EXPECT_THAT(found(system({.resources = {.totalThreads = "1"}})), HasSubstr("at least 2"));
}

TEST(CheckSecurity, PrivilegesAreKnownByName) {
    const std::string_view known[] = {"PV_TCB", "PV_NET_PORT"};
    const auto wish = system({.security = {.privs = {"PV_TCB", "PV_NET_PROT"}}});
    EXPECT_THAT(check(wish), Works());
    EXPECT_THAT(check(wish, {.privileges = known}),
                FailsWith("privs: there is no privilege 'PV_NET_PROT'"));
    EXPECT_THAT(found(system({.security = {.privs = {"CAP_SYS_ADMIN"}}})),
                HasSubstr("is not the name of a privilege"));
    EXPECT_THAT(found(system({.security = {.secfile = "x"}})),
                HasSubstr("secfile: 'x' is not an absolute"));
}

TEST(CheckDevices, AreNamesOrPathsBelowDev) {
    EXPECT_EQ(found(system({.devices = {{.devname = "/dev/fuse", .export_ = "yes"},
                                        {.devname = "hdisk4", .rootvg = "yes"}}})),
              "");
    EXPECT_THAT(found(system({.devices = {{.devname = "/etc/shadow"}}})),
                HasSubstr("devname is not below /dev"));
    EXPECT_THAT(found(system({.devices = {{.devname = "/dev/../x"}}})), HasSubstr("'.' or '..'"));
    EXPECT_THAT(found(system({.devices = {{}}})), HasSubstr("it needs devname or devid"));
    EXPECT_THAT(found(system({.devices = {{.devname = "a", .devtype = "usb", .export_ = "on"}}})),
                testing::AllOf(HasSubstr("devtype 'usb'"), HasSubstr("export: 'on' is neither")));
    EXPECT_THAT(found(system({.kernel_extensions = {{.kext = "a b"}, {}}})),
                testing::AllOf(HasSubstr("neither a path nor"), HasSubstr("kext is missing")));
}

TEST(CheckFreeStanzas, AreYesOrNoOrAPath) {
    EXPECT_THAT(found(system({.copy_controls = {{"preserve_wpars", "x"}}})),
                HasSubstr("give yes or no"));
    EXPECT_THAT(found(system({.options = {{"image_data", "x"}, {"shrink", "x"}}})),
                testing::AllOf(HasSubstr("image_data: 'x'"), HasSubstr("shrink is 'x'")));
}

}  // namespace
}  // namespace spec
