#include "checkpoint/blockers.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <utility>

#include "checkpoint/ancestry.h"
#include "checkpoint/descriptors.h"
#include "checkpoint/maps.h"
#include "checkpoint/mounts.h"
#include "checkpoint/process.h"
#include "checkpoint/sockets.h"
#include "checkpoint/watches.h"
#include "os/process.h"
#include "os/test_tree.h"

namespace checkpoint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Abilities debian = {};
constexpr Abilities newest = {.pidfds = true, .ping_sockets = true};

std::string what(const std::optional<Fault>& fault) { return fault ? fault->what : ""; }

Object nameless(std::string_view link) { return {.link = link}; }

TEST(Blockers, KernelObjectsThatCriuKnowsStandInNobodysWay) {
    for (const auto* link : {"anon_inode:[eventfd]", "anon_inode:[eventpoll]",
                             "anon_inode:[timerfd]", "anon_inode:[signalfd]", "anon_inode:inotify"})
        EXPECT_FALSE(judge(nameless(link), debian)) << link;
    EXPECT_EQ(what(judge(nameless("anon_inode:[io_uring]"), newest)), "io_uring");
    EXPECT_THAT(what(judge(nameless("anon_inode:[landlock-ruleset]"), newest)),
                HasSubstr("Landlock"));
    EXPECT_EQ(what(judge(nameless("anon_inode:[novel\033]"), newest)),
              "a kernel object '[novel\\x1b]'");
}

TEST(Blockers, DescriptorsOfProcessesNeedANewCriu) {
    EXPECT_THAT(what(judge(nameless("anon_inode:[pidfd]"), debian)), HasSubstr("pidfd"));
    EXPECT_FALSE(judge(nameless("anon_inode:[pidfd]"), newest));
}

TEST(Blockers, OfDevicesTheCommonOnesGoAlong) {
    for (const auto& [major_number, minor_number] :
         {std::pair(1, 3), std::pair(5, 0), std::pair(5, 2), std::pair(136, 7), std::pair(4, 64)})
        EXPECT_FALSE(judge({.link = "/dev/x",
                            .mode = S_IFCHR,
                            .device = makedev(static_cast<unsigned>(major_number),
                                              static_cast<unsigned>(minor_number))},
                           debian));
    EXPECT_EQ(
        what(judge({.link = "/dev/fuse", .mode = S_IFCHR, .device = makedev(10, 229)}, debian)),
        "character device 10:229, '/dev/fuse'");
    EXPECT_EQ(what(judge({.link = "/dev/sda", .mode = S_IFBLK, .device = makedev(8, 0)}, debian)),
              "block device 8:0, '/dev/sda'");
}

TEST(Blockers, ALargeDeletedFileIsOne) {
    Object file = {.link = "/tmp/x (deleted)", .mode = S_IFREG, .links = 0, .bytes = 5 << 20};
    EXPECT_EQ(what(judge(file, debian)), "a deleted file of 5M, '/tmp/x (deleted)'");
    EXPECT_FALSE(judge(file, {.ghost_bytes = 5 << 20}));
    file.links = 1;
    EXPECT_FALSE(judge(file, debian));
}

TEST(Blockers, SocketsOfCommonKindsGoAlong) {
    for (const int family : {AF_INET, AF_INET6}) {
        EXPECT_FALSE(
            judge(Socket{.family = family, .type = SOCK_STREAM, .protocol = IPPROTO_TCP}, debian));
        EXPECT_FALSE(
            judge(Socket{.family = family, .type = SOCK_DGRAM, .protocol = IPPROTO_UDP}, debian));
        EXPECT_FALSE(judge(Socket{.family = family, .type = SOCK_RAW, .protocol = 89}, debian));
    }
    EXPECT_FALSE(judge(Socket{.family = AF_UNIX, .type = SOCK_SEQPACKET}, debian));
    EXPECT_FALSE(judge(Socket{.family = AF_NETLINK, .type = SOCK_RAW}, debian));
    EXPECT_FALSE(judge(Socket{.family = AF_PACKET, .type = SOCK_RAW}, debian));
}

TEST(Blockers, OtherSocketsAreNamed) {
    EXPECT_EQ(what(judge(Socket{.family = AF_VSOCK}, newest)), "a socket of family vsock");
    EXPECT_EQ(what(judge(Socket{.family = 99}, newest)), "a socket of family 99");
    EXPECT_THAT(
        what(judge(Socket{.family = AF_INET, .type = SOCK_STREAM, .protocol = IPPROTO_MPTCP},
                   newest)),
        HasSubstr("MPTCP"));
    const Socket ping = {.family = AF_INET, .type = SOCK_DGRAM, .protocol = IPPROTO_ICMP};
    EXPECT_TRUE(judge(ping, debian)->passing);
    EXPECT_FALSE(judge(ping, newest));
}

TEST(Blockers, ANumberThatIsNoSocketAnyMoreIsNone) {
    const auto self = os::pidfd(::getpid());
    ASSERT_TRUE(self) << self.error().text;
    const UniqueFd corked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const int yes = 1;
    ASSERT_EQ(::setsockopt(corked.get(), IPPROTO_UDP, UDP_CORK, &yes, sizeof yes), 0);
    EXPECT_TRUE(judge_socket(self->get(), corked.get(), newest));
    const UniqueFd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(file);
    EXPECT_FALSE(judge_socket(self->get(), file.get(), newest));
}

TEST(Blockers, ARangeOfMemoryHasItsNameWithoutZerosBefore) {
    EXPECT_EQ(name_of_range("00400000-00452000"), "400000-452000");
    EXPECT_EQ(name_of_range("7f0000000000-7f0000001000"), "7f0000000000-7f0000001000");
    EXPECT_EQ(name_of_range("00000000-00001000"), "0-1000");
    EXPECT_EQ(name_of_range(""), "");
}

TEST(Blockers, WhatASocketIsDoingMayPass) {
    Socket listening = {
        .family = AF_INET, .type = SOCK_STREAM, .protocol = IPPROTO_TCP, .tcp_state = TCP_LISTEN};
    EXPECT_FALSE(judge(listening, debian));
    listening.waiting = 3;
    EXPECT_THAT(what(judge(listening, debian)), HasSubstr("3 connections"));
    EXPECT_TRUE(judge(listening, debian)->passing);
    EXPECT_TRUE(judge(Socket{.family = AF_NETLINK, .has_data = true}, debian)->passing);
    EXPECT_FALSE(judge(Socket{.family = AF_NETLINK, .many_groups = true}, debian)->passing);
    EXPECT_THAT(
        what(judge(Socket{.family = AF_INET, .type = SOCK_STREAM, .layered = true}, debian)),
        HasSubstr("TLS in the kernel"));
}

TEST(Blockers, StatusIsReadAsTheKernelWritesIt) {
    const auto status = parse_status(
        "Name:\tngi\033nx\nState:\tS "
        "(sleeping)\nPPid:\t7\nTracerPid:\t9\nNSpid:\t400\t12\nNSsid:\t300\t0\n");
    EXPECT_EQ(status.command, "ngi\\x1bnx");
    EXPECT_EQ(status.parent, 7);
    EXPECT_EQ(status.tracer, 9);
    EXPECT_EQ(status.inner_pid, 12);
    EXPECT_EQ(status.inner_session, 0);
    EXPECT_EQ(status.levels, 2U);
    EXPECT_TRUE(parse_status("State:\tZ (zombie)\n").zombie);
    EXPECT_EQ(parse_status("PPid:\t-1\nNSpid:\nno colon").parent, 0);
}

Process process(pid_t pid, pid_t parent, Status status = {}) {
    status.parent = parent;
    status.command = "sh";
    if (status.levels == 0) status.levels = 2;
    if (status.inner_pid == 0) status.inner_pid = pid - 100;
    if (status.inner_session == 0) status.inner_session = 1;
    Process made;
    made.pid = pid;
    made.status = status;
    return made;
}

std::vector<std::string> family(const std::vector<Process>& processes, pid_t init) {
    Findings findings;
    look_at_ancestry({processes, init}, findings);
    std::vector<std::string> all;
    for (const auto& one : findings.take()) all.push_back(shown(one));
    return all;
}

TEST(Blockers, WhoDescendsFromInitGoesAlong) {
    std::vector<Process> all;
    for (const auto& [pid, parent] : {std::pair(101, 1), std::pair(102, 101), std::pair(103, 102)})
        all.push_back(process(pid, parent));
    EXPECT_THAT(family(all, 101), IsEmpty());
}

TEST(Blockers, ASessionFromOutsideIsNamedWithAllOfIt) {
    std::vector<Process> all;
    all.push_back(process(101, 1));
    all.push_back(process(150, 7));
    all.push_back(process(151, 150));
    const auto found = family(all, 101);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_THAT(found[0],
                HasSubstr("process 150 (inside 50, sh): it came from outside, by clogin"));
    EXPECT_THAT(found[1], HasSubstr("process 151"));
}

TEST(Blockers, WhoIsTracedIsNamedWithItsTracer) {
    std::vector<Process> all;
    all.push_back(process(101, 1));
    all.push_back(process(102, 101, {.tracer = 4711}));
    EXPECT_THAT(family(all, 101), ElementsAre(HasSubstr("traced by process 4711")));
}

TEST(Blockers, ParentsInACircleAreNoTrap) {
    std::vector<Process> all;
    all.push_back(process(150, 151));
    all.push_back(process(151, 150));
    EXPECT_EQ(family(all, 101).size(), 2U);
}

TEST(Blockers, MemoryOfDevicesIsOne) {
    const auto line = parse_mapping("7f00-7f01 rw-s 00000000 00:05 1034    /dev/nvidia 0");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->range, "7f00-7f01");
    EXPECT_TRUE(line->is_file);
    EXPECT_EQ(what(judge(*line)), "memory of a device, '/dev/nvidia 0'");
    for (const auto* text :
         {"7f00-7f01 rw-s 00000000 00:01 9 /dev/zero (deleted)",
          "7f00-7f01 rw-s 0 00:01 9 /dev/shm/x", "7f00-7f01 r--p 00000000 00:00 0   [vvar]",
          "7f00-7f01 rw-p 00000000 00:00 0", "7f00-7f01 rw-s 00000000 00:10 3   anon_inode:[aio]"})
        EXPECT_FALSE(judge(*parse_mapping(text))) << text;
    EXPECT_THAT(what(judge(*parse_mapping("7f00-7f01 rw-s 0 00:10 3 anon_inode:[perf_event]"))),
                HasSubstr("[perf_event]"));
    EXPECT_FALSE(parse_mapping(""));
}

TEST(Blockers, The32BitAbiIsKnownByTheProgram) {
    EXPECT_TRUE(is_32bit(std::string_view("\177ELF\1", 5)));
    EXPECT_FALSE(is_32bit(std::string_view("\177ELF\2", 5)));
    EXPECT_FALSE(is_32bit("#!/bi"));
    EXPECT_FALSE(is_32bit(""));
}

TEST(Blockers, AConnectionThatOneSideHasClosedGoesAlong) {
    Socket socket{.family = AF_INET, .type = SOCK_STREAM, .protocol = IPPROTO_TCP};
    for (const int state : {TCP_ESTABLISHED, TCP_CLOSE_WAIT, TCP_FIN_WAIT2, TCP_LAST_ACK}) {
        socket.tcp_state = state;
        EXPECT_FALSE(judge(socket, {})) << state;
    }
}

TEST(Blockers, FileSystemsThatOnlyAProgramKnowsAreOne) {
    EXPECT_TRUE(is_saved_type("tmpfs"));
    for (const auto* type : {"overlay", "aufs", "autofs", "fuse.sshfs", "ramfs", "nfs4", ""})
        EXPECT_FALSE(is_saved_type(type)) << type;
}

TEST(Blockers, AWatchIsReadFromItsLine) {
    const auto watch = parse_watch(
        "inotify wd:3 ino:9e7e sdev:800013 mask:800afce ignored_mask:0 fhandle-bytes:8 "
        "fhandle-type:1 f_handle:7e9e0000640d1b6d");
    ASSERT_TRUE(watch);
    EXPECT_EQ(watch->inode, 0x9e7eU);
    EXPECT_EQ(watch->major, 8U);
    EXPECT_EQ(watch->minor, 19U);
    EXPECT_EQ(watch->handle_type, 1);
    EXPECT_EQ(watch->handle, std::string("\x7e\x9e\0\0\x64\x0d\x1b\x6d", 8));
    EXPECT_FALSE(parse_watch("pos:\t0"));
    EXPECT_FALSE(parse_watch("inotify wd:1 ino:1 f_handle:7"));
    EXPECT_FALSE(parse_watch(cat("inotify wd:1 ino:1 f_handle:", std::string(1000, '0'))));
}

// What the kernel answers of one stream socket with a peer.
std::string socket_message(std::uint32_t inode, std::uint32_t peer) {
    struct {
        nlmsghdr header;
        unix_diag_msg socket;
        rtattr attribute;
        std::uint32_t peer;
    } message = {};
    message.header = {sizeof message, SOCK_DIAG_BY_FAMILY, 0, 1, 0};
    message.socket.udiag_type = SOCK_STREAM;
    message.socket.udiag_ino = inode;
    message.attribute = {sizeof(rtattr) + 4, UNIX_DIAG_PEER};
    message.peer = peer;
    return {reinterpret_cast<const char*>(&message), sizeof message};
}

TEST(Blockers, UnixSocketsAreReadWithTheirPeers) {
    std::vector<UnixSocket> all;
    EXPECT_TRUE(parse_unix_sockets(socket_message(7, 8) + socket_message(9, 0), all));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].inode, 7U);
    EXPECT_EQ(all[0].peer, 8U);
    EXPECT_TRUE(all[0].stream);
    EXPECT_EQ(all[1].peer, 0U);
    const auto whole = socket_message(7, 8);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        std::vector<UnixSocket> some;
        (void)parse_unix_sockets(whole.substr(0, length), some);
        EXPECT_THAT(some, IsEmpty()) << length;
    }
}

TEST(Blockers, AProcDirectoryThatLiesIsBorneOut) {
    const os::TestTree tree;
    tree.directory("7");
    tree.file("7/status", "Name:\t\nPPid:\tx\nNSpid:\t\n");
    tree.file("7/maps", "\n-\n \n");
    tree.file("7/mountinfo", "x\n");
    const auto found = blockers({.init = 7, .processes = {7, 8, 7}, .proc = tree.top()});
    ASSERT_TRUE(found) << found.error().text;
    EXPECT_THAT(*found, IsEmpty());
    EXPECT_EQ(blockers({.init = 9, .proc = tree.top()}).error().kind, Kind::missing);
}

// What is given from outside at /usr and below /proc, and one mount more.
std::vector<std::string> with_mount(std::string_view more) {
    const Process init = {.pid = 7};
    const auto table = cat("20 1 8:1 / / rw - ext4 a rw\n21 20 8:1 /usr /usr ro - ext4 a rw\n",
                           "22 20 0:5 / /proc rw - proc proc rw\n",
                           "23 22 0:6 / /proc/kcore rw - tmpfs t rw\n", more);
    Mounts mounts;
    mounts.spaces.push_back({&init, os::parse_mount_table(table)});
    Subject subject;
    subject.init = init.pid;
    subject.external_mounts = {"/", "/usr", "/proc/kcore"};
    Findings findings;
    look_at_mounts(mounts, subject, findings);
    std::vector<std::string> told;
    for (const auto& one : findings.take()) told.push_back(shown(one));
    return told;
}

TEST(Blockers, WhatIsMountedOverWhatComesFromOutsideIsNamed) {
    EXPECT_THAT(with_mount(""), IsEmpty());
    EXPECT_THAT(with_mount("24 20 0:7 / /home rw - tmpfs t rw\n"), IsEmpty());
    EXPECT_THAT(with_mount("24 21 0:7 / /usr/local rw - tmpfs t rw\n"), IsEmpty());
    EXPECT_THAT(with_mount("24 21 0:7 / /usr rw - tmpfs t rw\n"),
                ElementsAre("a file system of type tmpfs is mounted over '/usr', which comes from "
                            "the global environment; unmount '/usr'"));
    EXPECT_THAT(with_mount("24 22 0:8 / /proc rw - proc proc rw\n"),
                ElementsAre(HasSubstr("is mounted over '/proc/kcore'")));
}

}  // namespace
}  // namespace checkpoint
