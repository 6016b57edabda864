// An init that holds memory and notices how long it did not run: for what stores running containers. It touches so many MB as
// its argument says, and keeps in the file /gap (eight bytes, nanoseconds) the longest time between two looks at the clock;
// whoever is outside sets it to zero.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

using Gap = std::atomic<std::uint64_t>;

Gap* map_gap() {
    const int fd = ::open("/gap", O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || ::ftruncate(fd, sizeof(Gap)) != 0) ::_exit(1);
    void* const place = ::mmap(nullptr, sizeof(Gap), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (place == MAP_FAILED) ::_exit(1);
    ::close(fd);
    return static_cast<Gap*>(place);
}

// A clock that no namespace shifts.
std::uint64_t now() {
    timespec time = {};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(time.tv_nsec);
}

// Not zeros, which nobody stores.
void fill(std::size_t bytes) {
    void* const place =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) ::_exit(1);
    std::memset(place, 0x5a, bytes);
}

}  // namespace

int main(int count, char** arguments) {
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    fill(std::size_t{1 << 20} * (count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 64));
    auto* const gap = map_gap();
    for (auto last = now();;) {
        const timespec pause = {0, 200'000};
        ::nanosleep(&pause, nullptr);
        const auto time = now();
        if (time - last > gap->load()) gap->store(time - last);
        last = time;
    }
}
