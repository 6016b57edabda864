#include "session/terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "session/path.h"

namespace session {
namespace {

// /dev/ptmx may be anything the owner of the WPAR put there: only a pty's master has both
// properties.
Result<UniqueFd> open_master() {
    for (const char* path : {"/dev/pts/ptmx", "/dev/ptmx"}) {
        auto master = open_inside(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
        unsigned number = 0;
        if (master && ::ioctl(master.get(), TIOCGPTN, &number) == 0) return master;
        if (!master && errno == ENOSPC)
            return Error{Kind::full, "the WPAR has no free terminal (totalPTYs)", ENOSPC, {}};
    }
    return Error{Kind::missing,
                 "the WPAR has no usable /dev/pts; give a command and redirect standard input "
                 "(</dev/null) to do without a terminal"};
}

}  // namespace

RawMode::RawMode(int fd) : fd_(fd) {
    if (::tcgetattr(fd, &before_) != 0) fd_ = -1;
    apply();
}

void RawMode::apply() const {
    if (fd_ < 0) return;
    auto raw = before_;
    ::cfmakeraw(&raw);
    (void)::tcsetattr(fd_, TCSANOW, &raw);
}

void RawMode::restore() {
    if (fd_ < 0) return;
    sigset_t output;
    sigset_t before;
    sigemptyset(&output);
    sigaddset(&output, SIGTTOU);  // a background process that sets the terminal would be stopped
    ::sigprocmask(SIG_BLOCK, &output, &before);
    (void)::tcsetattr(std::exchange(fd_, -1), TCSADRAIN, &before_);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

Result<Pty> open_pty(int like, uid_t uid) {
    Pty pty{TRY(open_master()), UniqueFd(), {}};
    int locked = 0;
    unsigned number = 0;
    if (::ioctl(pty.master.get(), TIOCSPTLCK, &locked) != 0 ||
        ::ioctl(pty.master.get(), TIOCGPTN, &number) != 0)
        return Error::os(errno, "ioctl", "/dev/ptmx");
    pty.slave = UniqueFd(::ioctl(pty.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!pty.slave) return Error::os(errno, "open", cat("/dev/pts/", number));
    pty.line = cat("pts/", number);
    (void)::fchown(pty.slave.get(), uid, static_cast<gid_t>(-1));  // the group is devpts's choice
    (void)::fchmod(pty.slave.get(), 0620);
    termios settings = {};
    if (::tcgetattr(like, &settings) == 0) (void)::tcsetattr(pty.slave.get(), TCSANOW, &settings);
    copy_size(like, pty.slave.get());
    return pty;
}

void copy_size(int from, int to) {
    winsize size = {};
    if (::ioctl(from, TIOCGWINSZ, &size) == 0) (void)::ioctl(to, TIOCSWINSZ, &size);
}

}  // namespace session
