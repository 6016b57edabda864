#include "keeper/console.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace keeper {
namespace {

using session::protocol::console_limit;
using session::protocol::console_packet;

constexpr off_t kept_half = console_limit / 2;
constexpr std::uint64_t flood =
    1 << 20;  // bytes a second; more would spend the global environment's time
constexpr std::uint64_t second = 1000;

}  // namespace

void Console::open(int master, int run_fd) {
    master_ = master;
    if (master < 0) return;
    (void)::fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
    // Held open and never used: a master whose last slave closed reports a hang-up for ever.
    (void)::ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    file_ = ::openat(run_fd, session::protocol::console_file,
                     O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    struct stat found = {};
    if (file_ >= 0 && ::fstat(file_, &found) == 0) size_ = found.st_size;
}

int Console::watched(std::uint64_t now) {
    if (now - window_ >= second) {
        window_ = now;
        in_window_ = 0;
    }
    return in_window_ < flood ? master_ : -1;
}

int Console::patience(std::uint64_t now) const {
    if (master_ < 0 || in_window_ < flood) return -1;
    const auto passed = now - window_;
    return passed >= second ? 0 : static_cast<int>(second - passed);
}

std::size_t Console::take(char (&block)[console_packet]) {
    if (master_ < 0) return 0;
    const auto got = ::read(master_, block, sizeof block);
    if (got <= 0) {
        if (got == 0 || (errno != EINTR && errno != EAGAIN)) master_ = -1;
        return 0;
    }
    in_window_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
}

// The last half moves to the front; the pieces may overlap, but always move downwards.
void Console::shorten() {
    char block[console_packet];
    off_t to = 0;
    for (off_t from = size_ > kept_half ? size_ - kept_half : 0; from < size_;) {
        const auto got = ::pread(file_, block, sizeof block, from);
        if (got <= 0) break;
        if (::pwrite(file_, block, static_cast<std::size_t>(got), to) != got) break;
        from += got;
        to += got;
    }
    size_ = to;
    (void)::ftruncate(file_, size_);  // a longer file only shows old output again
}

void Console::keep(const char* bytes, std::size_t count) {
    if (file_ < 0) return;
    if (size_ + static_cast<off_t>(count) > static_cast<off_t>(console_limit)) shorten();
    const auto put = ::pwrite(file_, bytes, count, size_);
    if (put > 0) size_ += put;  // a full tmpfs loses console output, nothing else
}

std::size_t Console::kept(char (&block)[console_packet], off_t offset) const {
    if (file_ < 0) return 0;
    const auto got = ::pread(file_, block, sizeof block, offset);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

}  // namespace keeper
