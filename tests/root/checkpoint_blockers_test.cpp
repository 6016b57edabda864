// Real processes, each with one thing that cannot be saved.
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

#include <array>
#include <cstring>
#include <functional>

#include "checkpoint/blockers.h"
#include "machine_fixture.h"

namespace checkpoint {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// A child that did something and then does nothing more, until it is killed.
class Holder {
  public:
    explicit Holder(const std::function<bool()>& act, int given = -1) {
        std::array<int, 2> ready = {};
        if (::pipe2(ready.data(), O_CLOEXEC) != 0) return;
        pid_ = ::fork();
        if (pid_ == 0) {
            ::setsid();  // whoever runs the tests may lead their session from another PID namespace
            // ours were opened in another mount namespace
            for (int fd = 0; fd < 1000; ++fd)
                if (fd != ready[1] && fd != given) ::close(fd);
            const char done = act() ? 'y' : 'n';
            (void)!::write(ready[1], &done, 1);
            for (;;) ::pause();
        }
        ::close(ready[1]);
        char done = 'n';
        holds_ = ::read(ready[0], &done, 1) == 1 && done == 'y';
        ::close(ready[0]);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        (void)::waitpid(pid_, nullptr, __WALL);
    }
    pid_t pid() const { return pid_; }
    bool holds() const { return holds_; }

  private:
    pid_t pid_ = 0;
    bool holds_ = false;
};

class BlockersTest : public MachineTest {
  protected:
    static std::vector<std::string> of(const Holder& holder, const Abilities& abilities = {}) {
        const auto found =
            blockers({.init = holder.pid(), .abilities = abilities, .scan_paths = {"/run"}});
        EXPECT_TRUE(found) << found.error().text;
        std::vector<std::string> all;
        if (found)
            for (const auto& one : *found) all.push_back(shown(one));
        return all;
    }
};

bool watch(const char* path) {
    const int fd = ::inotify_init1(0);
    return fd >= 0 && ::inotify_add_watch(fd, path, IN_MODIFY) >= 0;
}

bool make_file(const char* path, off_t bytes) {
    const int fd = ::open(path, O_CREAT | O_RDWR, 0600);
    return fd >= 0 && ::ftruncate(fd, bytes) == 0;
}

bool ordinary_things() {
    sigset_t none = {};
    ::sigemptyset(&none);
    std::array<int, 2> ends = {};
    const bool objects = ::eventfd(0, 0) >= 0 && ::epoll_create1(0) >= 0 &&
                         ::timerfd_create(CLOCK_MONOTONIC, 0) >= 0 &&
                         ::signalfd(-1, &none, 0) >= 0 && ::memfd_create("memory", 0) >= 0;
    const bool sockets = ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0 &&
                         ::socket(AF_INET6, SOCK_STREAM, 0) >= 0 &&
                         ::socket(AF_INET, SOCK_DGRAM, 0) >= 0 &&
                         ::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) >= 0;
    const bool files = ::pipe(ends.data()) == 0 && ::open("/dev/null", O_RDWR) >= 0 &&
                       make_file("/run/small", 4096) && ::unlink("/run/small") == 0 &&
                       make_file("/run/watched", 0) && watch("/run/watched") && watch("/etc");
    void* shared = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return objects && sockets && files && shared != MAP_FAILED;
}

TEST_F(BlockersTest, AnOrdinaryProcessHasNone) {
    const Holder holder(ordinary_things);
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), IsEmpty());
}

TEST_F(BlockersTest, ThatItIsNamedByBothItsNumbersAndItsCommand) {
    const Holder holder([] { return ::syscall(SYS_pidfd_open, ::getppid(), 0) >= 0; });
    ASSERT_TRUE(holder.holds());
    const auto found = blockers({.init = holder.pid()});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().pid, holder.pid());
    EXPECT_GT(found->front().inner_pid, 0);
    EXPECT_THAT(found->front().command, HasSubstr("root_checkpoint"));
    EXPECT_THAT(found->front().what, HasSubstr("pidfd"));
    EXPECT_THAT(of(holder, {.pidfds = true}), IsEmpty());
}

TEST_F(BlockersTest, AFileThatIsWatchedAndGone) {
    const Holder holder([] {
        return make_file("/run/lost", 0) && watch("/run/lost") && ::unlink("/run/lost") == 0;
    });
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("watches (inotify) a file that was removed")));
}

// CRIU follows the link and finds another file; where it searches by name it is found, unless the file system numbers its
// files' device in another way (btrfs).
TEST_F(BlockersTest, AWatchedSymbolicLinkThatNoSearchFinds) {
    const Holder holder([] {
        const int fd = ::inotify_init1(0);
        return ::symlink("/nowhere", "/wpars/link") == 0 && fd >= 0 &&
               ::inotify_add_watch(fd, "/wpars/link", IN_ATTRIB | IN_DONT_FOLLOW) >= 0;
    });
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("a symbolic link that CRIU cannot find again")));
}

TEST_F(BlockersTest, ALargeDeletedFile) {
    const Holder holder(
        [] { return make_file("/run/large", 8 << 20) && ::unlink("/run/large") == 0; });
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("a deleted file of 8M, '/run/large (deleted)'")));
    EXPECT_THAT(of(holder, {.ghost_bytes = 8 << 20}), IsEmpty());
}

TEST_F(BlockersTest, ADeletedFileThatIsMapped) {
    const Holder holder([] {
        const int fd = ::open("/run/code", O_CREAT | O_RDWR, 0600);
        const bool mapped = ::ftruncate(fd, 8 << 20) == 0 &&
                            ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, fd, 0) != MAP_FAILED;
        return mapped && ::unlink("/run/code") == 0 && ::close(fd) == 0;
    });
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("runs or maps a deleted file of 8M")));
}

TEST_F(BlockersTest, NamespacesOfItsOwn) {
    for (const auto& [flag, name] : {std::pair(CLONE_NEWUTS, "uts"), std::pair(CLONE_NEWIPC, "ipc"),
                                     std::pair(CLONE_NEWCGROUP, "cgroup")}) {
        const Holder init([] { return true; });
        const Holder holder([kind = flag] { return ::unshare(kind) == 0; });
        ASSERT_TRUE(holder.holds()) << name;
        const auto found = blockers({.init = init.pid(), .processes = {holder.pid()}});
        ASSERT_TRUE(found);
        std::vector<std::string> all;
        for (const auto& one : *found) all.push_back(one.what);
        EXPECT_THAT(all, Contains(cat("it is in a ", name, " namespace of its own")));
    }
    constexpr int new_time = 0x80;
    const Holder holder([] { return ::unshare(new_time) == 0; });
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("time namespace for its children")));
}

TEST_F(BlockersTest, FurtherMountNamespacesAreNone) {
    const Holder init([] { return true; });
    const Holder holder([] { return ::unshare(CLONE_NEWNS) == 0; });
    ASSERT_TRUE(holder.holds());
    const auto found = blockers({.init = init.pid(), .processes = {holder.pid()}});
    ASSERT_TRUE(found);
    for (const auto& one : *found) EXPECT_THAT(one.what, Not(HasSubstr("namespace of its own")));
}

TEST_F(BlockersTest, WhoIsTraced) {
    const Holder holder([] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; });
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr(cat("traced by process ", ::getpid()))));
}

TEST_F(BlockersTest, WhoCameFromOutside) {
    const Holder init([] { return true; });
    const Holder other([] { return true; });
    const auto found = blockers({.init = init.pid(), .processes = {other.pid()}});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().pid, other.pid());
}

TEST_F(BlockersTest, AFileOnAMountThatIsElsewhere) {
    const Holder holder([] {
        return ::open("/run/elsewhere", O_CREAT | O_RDWR, 0600) >= 0 && ::unshare(CLONE_NEWNS) == 0;
    });
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("'/run/elsewhere' on a mount that is not in")));
}

TEST_F(BlockersTest, AFileSystemThatOnlyMemoryHolds) {
    const Holder holder([] {
        return ::unshare(CLONE_NEWNS) == 0 && ::mkdir("/run/mnt", 0700) == 0 &&
               ::mount("ramfs", "/run/mnt", "ramfs", 0, nullptr) == 0;
    });
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("type ramfs is mounted at '/run/mnt'")));
}

TEST_F(BlockersTest, MessagesThatNobodyReadYet) {
    const Holder holder([] {
        const int fd = ::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
        struct {
            nlmsghdr header;
            rtgenmsg body;
        } ask = {};
        ask.header = {sizeof ask, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0};
        pollfd answered = {fd, POLLIN, 0};
        return ::send(fd, &ask, sizeof ask, 0) > 0 && ::poll(&answered, 1, -1) == 1;
    });
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("netlink socket with messages")));
}

int listening = -1;
void accept_one(int) { (void)::accept(listening, nullptr, nullptr); }

// A listener with a connection in its queue, which it accepts at SIGUSR1.
bool call_oneself() {
    if (::unshare(CLONE_NEWNET) != 0) return false;
    ifreq loopback = {};
    std::strcpy(loopback.ifr_name, "lo");
    loopback.ifr_flags = IFF_UP;
    const int any = ::socket(AF_INET, SOCK_DGRAM, 0);
    if (::ioctl(any, SIOCSIFFLAGS, &loopback) != 0) return false;
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    listening = ::socket(AF_INET, SOCK_STREAM, 0);
    ::signal(SIGUSR1, accept_one);
    return ::bind(listening, plain, size) == 0 && ::listen(listening, 5) == 0 &&
           ::getsockname(listening, plain, &size) == 0 &&
           ::connect(::socket(AF_INET, SOCK_STREAM, 0), plain, size) == 0;
}

TEST_F(BlockersTest, AConnectionThatNobodyAcceptedYet) {
    const Holder holder(call_oneself);
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("has not accepted yet")));
}

TEST_F(BlockersTest, WhatPassesIsWaitedFor) {
    const Holder holder(call_oneself);
    ASSERT_TRUE(holder.holds());
    int rounds = 0;
    const auto ask = [&]() -> Result<Subject> {
        if (++rounds == 2) ::kill(holder.pid(), SIGUSR1);
        return Subject{.init = holder.pid()};
    };
    const auto found = settled_blockers(ask, std::chrono::minutes(1));
    ASSERT_TRUE(found);
    EXPECT_THAT(*found, IsEmpty());
    EXPECT_GE(rounds, 2);
}

TEST_F(BlockersTest, WhatLastsIsToldAtOnce) {
    const Holder holder(
        [] { return call_oneself() && ::syscall(SYS_pidfd_open, ::getppid(), 0) >= 0; });
    ASSERT_TRUE(holder.holds());
    int rounds = 0;
    const auto ask = [&]() -> Result<Subject> {
        ++rounds;
        return Subject{.init = holder.pid()};
    };
    EXPECT_EQ(settled_blockers(ask, std::chrono::minutes(1))->size(), 2U);
    EXPECT_EQ(rounds, 1);
}

TEST_F(BlockersTest, AConnectionToAProgramOutside) {
    std::array<int, 2> ends = {};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    const Holder holder([] { return true; }, ends[1]);
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("connected to a program outside")));
    for (const int fd : ends) ::close(fd);
}

TEST_F(BlockersTest, APacketThatIsHeldBack) {
    const Holder holder([] {
        const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
        const int on = 1;
        return ::setsockopt(fd, IPPROTO_UDP, UDP_CORK, &on, sizeof on) == 0;
    });
    ASSERT_TRUE(holder.holds());
    EXPECT_THAT(of(holder), Contains(HasSubstr("UDP_CORK")));
}

TEST_F(BlockersTest, HowEverManyThereAreTheListEnds) {
    const Holder holder([] {
        bool all = true;
        for (int count = 0; count < 200; ++count)
            all = all && ::syscall(SYS_pidfd_open, ::getppid(), 0) >= 0;
        return all;
    });
    ASSERT_TRUE(holder.holds());
    const auto found = blockers({.init = holder.pid()});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->size(), 50U);
}

}  // namespace
}  // namespace checkpoint
