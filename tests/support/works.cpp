// works DIRECTORY: a program of many threads and two processes that sends numbers in a circle through all that a program
// may hold, and ends with a reason in DIRECTORY/failed as soon as one does not come back as it went out.
// DIRECTORY/count says how far it is.
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

namespace {

using Number = std::uint64_t;
constexpr off_t period = 4096;  // numbers that a file holds before it is written over

std::string directory;

[[noreturn]] void fail(const std::string& what) {
    std::ofstream(directory + "/failed") << what << ": " << std::strerror(errno) << "\n";
    ::_exit(1);
}

template <class Value>
Value must(Value value, const char* what) {
    if (value == static_cast<Value>(-1)) fail(what);
    return value;
}

void put(int fd, Number number, const char* what) {
    if (::write(fd, &number, sizeof number) != sizeof number) fail(what);
}

Number take(int fd, const char* what) {
    Number number = 0;
    if (::read(fd, &number, sizeof number) != sizeof number) fail(what);
    return number;
}

struct Pipe {
    std::array<int, 2> ends = {};
    Pipe() { must(::pipe2(ends.data(), O_CLOEXEC), "pipe"); }
    int out() const { return ends[0]; }
    int in() const { return ends[1]; }
};

// Both ends of a connection by way of a name.
struct Named {
    int listener = -1, client = -1, server = -1;
    explicit Named(const std::string& path) {
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        ::unlink(path.c_str());
        listener = must(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
        const auto* place = reinterpret_cast<const sockaddr*>(&address);
        must(::bind(listener, place, sizeof address), "bind");
        must(::listen(listener, 4), "listen");
        client = must(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
        must(::connect(client, place, sizeof address), "connect");
        server = must(::accept(listener, nullptr, nullptr), "accept");
    }
};

// A file whose every page is read back.
class Written {
  public:
    explicit Written(int fd) : fd_(must(fd, "open")) {}
    void check(Number number) {
        const auto slot = static_cast<off_t>(number % period) * static_cast<off_t>(sizeof number);
        if (::pwrite(fd_, &number, sizeof number, slot) != sizeof number) fail("write to a file");
        if (number < 2) return;
        Number before = 0;
        const auto last = number - 1;
        const auto old = static_cast<off_t>(last % period) * static_cast<off_t>(sizeof last);
        if (::pread(fd_, &before, sizeof before, old) != sizeof before || before != last)
            fail("a file does not hold what was written");
    }

  private:
    int fd_;
};

int open_deleted(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ::unlink(path.c_str());
    return fd;
}

// What the two processes share.
struct Shared {
    std::atomic<Number> anonymous;
};

Shared* share_nameless() {
    void* const place =
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) fail("mmap");
    return new (place) Shared{};
}

std::atomic<Number>* share_file(int fd) {
    must(::ftruncate(fd, 4096), "ftruncate");
    void* const place = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (place == MAP_FAILED) fail("mmap of a file");
    return new (place) std::atomic<Number>(0);
}

std::atomic<Number>* share_segment() {
    const int id = must(::shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600), "shmget");
    void* const place = ::shmat(id, nullptr, 0);
    if (reinterpret_cast<std::intptr_t>(place) == -1) fail("shmat");
    must(::shmctl(id, IPC_RMID, nullptr), "shmctl");
    return new (place) std::atomic<Number>(0);
}

void pass_on(int from, int to, const char* what) {
    for (;;) put(to, take(from, what), what);
}

// The other process: what came through the socket has to stand in all that is shared.
[[noreturn]] void mirror(int socket, const Shared& nameless, const std::atomic<Number>& file,
                         const std::atomic<Number>& segment) {
    for (;;) {
        const auto number = take(socket, "the child's socket");
        if (nameless.anonymous != number || file != number || segment != number)
            fail("shared memory has another number");
        put(socket, number, "the child's socket");
    }
}

Number now() {
    timespec time = {};
    must(::clock_gettime(CLOCK_MONOTONIC, &time), "clock");
    return static_cast<Number>(time.tv_sec) * 1'000'000'000U + static_cast<Number>(time.tv_nsec);
}

int every(long nanoseconds) {
    const int fd = must(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd");
    const itimerspec period_of = {{0, nanoseconds}, {0, nanoseconds}};
    must(::timerfd_settime(fd, 0, &period_of, nullptr), "timerfd_settime");
    return fd;
}

// A timer of the kernel's that sends a signal, heard by a descriptor.
int ticking(int signal) {
    sigset_t heard = {};
    ::sigemptyset(&heard);
    ::sigaddset(&heard, signal);
    must(::sigprocmask(SIG_BLOCK, &heard, nullptr), "sigprocmask");
    sigevent event = {};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = signal;
    timer_t timer = {};
    must(::timer_create(CLOCK_MONOTONIC, &event, &timer), "timer_create");
    const itimerspec period_of = {{0, 20'000'000}, {0, 20'000'000}};
    must(::timer_settime(timer, 0, &period_of, nullptr), "timer_settime");
    return must(::signalfd(-1, &heard, SFD_CLOEXEC), "signalfd");
}

int watch(std::initializer_list<int> all) {
    const int poll = must(::epoll_create1(EPOLL_CLOEXEC), "epoll");
    for (const int fd : all) {
        epoll_event wanted = {};
        wanted.events = EPOLLIN;
        wanted.data.fd = fd;
        must(::epoll_ctl(poll, EPOLL_CTL_ADD, fd, &wanted), "epoll_ctl");
    }
    return poll;
}

void say(Number count) {
    const auto place = directory + "/count";
    std::ofstream(place + ".new") << count << "\n";
    must(::rename((place + ".new").c_str(), place.c_str()), "rename");
}

// Locked by us for as long as we are there: another try through another description fails.
void check_lock(const std::string& path) {
    const int other = must(::open(path.c_str(), O_RDWR | O_CLOEXEC), "open the locked file");
    if (::flock(other, LOCK_EX | LOCK_NB) == 0) fail("the lock was lost");
    ::close(other);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    directory = argv[1];
    const auto in_directory = [](const char* name) { return directory + "/" + name; };
    const auto own = ::getpid();
    const int signals = ticking(SIGRTMIN + 3);

    auto* const nameless = share_nameless();
    auto* const memory = share_file(must(::memfd_create("works", MFD_CLOEXEC), "memfd"));
    auto* const segment = share_segment();
    std::array<int, 2> pair = {};
    must(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()), "socketpair");
    const auto child = must(::fork(), "fork");
    if (child == 0) mirror(pair[1], *nameless, *memory, *segment);

    const int locked =
        must(::open(in_directory("locked").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600), "open");
    must(::flock(locked, LOCK_EX), "flock");
    Written file(::open(in_directory("file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    Written deleted(open_deleted(in_directory("deleted")));
    Written unnamed(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));

    const Pipe first;
    const Pipe last;
    const Named named(in_directory("socket"));
    const int bell = must(::eventfd(0, EFD_CLOEXEC), "eventfd");
    std::thread through_pipe(pass_on, first.out(), named.client, "first pipe");
    std::thread through_socket(pass_on, named.server, last.in(), "named socket");
    std::thread ringer([&] {
        for (;;) {
            const auto number = take(last.out(), "last pipe");
            put(bell, number, "eventfd");
        }
    });

    const int timer = every(5'000'000);
    const int poll = watch({timer, signals, bell});
    Number count = 0;
    auto time = now();
    for (;;) {
        epoll_event ready = {};
        if (::epoll_wait(poll, &ready, 1, -1) != 1) {
            if (errno == EINTR) continue;
            fail("epoll_wait");
        }
        if (now() < time) fail("the clock went back");
        time = now();
        if (ready.data.fd == signals) {
            signalfd_siginfo heard = {};
            if (::read(signals, &heard, sizeof heard) != sizeof heard) fail("signalfd");
            say(count);
        } else if (ready.data.fd == timer) {
            (void)take(timer, "timerfd");
            put(first.in(), ++count, "first pipe");
            must(::epoll_ctl(poll, EPOLL_CTL_DEL, timer, nullptr), "epoll_ctl");
        } else {
            if (take(bell, "eventfd") != count) fail("another number came back");
            file.check(count);
            deleted.check(count);
            unnamed.check(count);
            nameless->anonymous = *memory = *segment = count;
            put(pair[0], count, "the child's socket");
            if (take(pair[0], "the child's socket") != count) fail("the child has another number");
            if (::getpid() != own || ::kill(child, 0) != 0) fail("it is another process");
            check_lock(in_directory("locked"));
            epoll_event wanted = {};
            wanted.events = EPOLLIN;
            wanted.data.fd = timer;
            must(::epoll_ctl(poll, EPOLL_CTL_ADD, timer, &wanted), "epoll_ctl");
        }
    }
}
