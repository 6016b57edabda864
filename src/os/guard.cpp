#include "os/guard.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "os/child.h"
#include "os/namespace.h"

namespace os {
namespace {

struct Pipe {
    UniqueFd read = UniqueFd();
    UniqueFd write = UniqueFd();
};

Result<Pipe> make_pipe() {
    int ends[2] = {};
    if (::pipe2(ends, O_CLOEXEC) != 0) return Error::os(errno, "pipe", "guard");
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void wait_for_end(int pipe) {
    char nothing = 0;
    while (::read(pipe, &nothing, 1) < 0 && errno == EINTR) {
    }
}

[[noreturn]] void stand_by(int pipe, const Guard::Call& call) {
    constexpr int above_others = 10;
    const int alive = ::fcntl(pipe, F_DUPFD_CLOEXEC, above_others);
    const int kept = ::fcntl(call.kept < 0 ? pipe : call.kept, F_DUPFD_CLOEXEC, alive + 1);
    (void)::setpgid(0, 0);  // a Ctrl-C at the terminal is not for it
    (void)::close_range(0, static_cast<unsigned>(alive) - 1, 0);
    (void)::close_range(static_cast<unsigned>(alive) + 1, static_cast<unsigned>(kept) - 1, 0);
    (void)::close_range(static_cast<unsigned>(kept) + 1, ~0U, 0);
    wait_for_end(alive);
    call.act(kept);
    ::_exit(0);
}

}  // namespace

// It has let go of our locks once the second pipe ends; before that, one who finds us killed would find them held.
Result<Guard> Guard::set(const Call& call) {
    auto life = TRY(make_pipe());
    auto birth = TRY(make_pipe());
    const auto cloned = TRY(clone_process({}));
    if (cloned.pid == 0) stand_by(life.read.get(), call);
    birth.write = UniqueFd();
    wait_for_end(birth.read.get());
    return Guard(std::move(life.write), cloned.pid);
}

Guard::Guard(Guard&& from) noexcept
    : alive_(std::move(from.alive_)), pid_(std::exchange(from.pid_, 0)) {}

Guard::~Guard() {
    alive_ = UniqueFd();
    if (pid_ > 0) (void)reap(pid_);
}

}  // namespace os
