#include "partition/stillness.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "cgroup/group.h"
#include "os/namespace.h"
#include "partition/reverse.h"

namespace partition {
namespace {

constexpr auto patience = std::chrono::seconds(10);

Result<cgroup::Group> group_of(const std::string& name) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    return cgroup::Group::open(*host, name);
}

}  // namespace

Result<void> thaw(const std::string& name) {
    const auto group = group_of(name);
    if (!group && group.error().kind == Kind::missing) return {};
    if (!group) return group.error();
    return group->thaw();
}

namespace {

// Holds nothing of ours but the end of a pipe: whatever becomes of us, it closes.
[[noreturn]] void guard(const std::string& name, int pipe) {
    (void)::dup2(pipe, 3);
    (void)::close_range(4, ~0U, 0);
    (void)::setpgid(0, 0);  // a Ctrl-C at the terminal is not for it
    char nothing = 0;
    while (::read(3, &nothing, 1) < 0 && errno == EINTR) {
    }
    ::_exit(thaw(name) ? 0 : 1);
}

}  // namespace

// A service must not stand still for ever because a backup was killed: nobody may look for hours.
Result<void> Stillness::set_guard() {
    int ends[2] = {};
    if (::pipe2(ends, O_CLOEXEC) != 0) return Error::os(errno, "pipe", "guard");
    const UniqueFd theirs(ends[0]);
    UniqueFd ours(ends[1]);
    auto cloned = TRY(os::clone_process({}));
    if (cloned.pid == 0) guard(name_, theirs.get());
    alive_ = std::move(ours);
    guard_ = cloned.pid;
    return {};
}

Result<Stillness> Stillness::begin(const std::string& name) {
    const auto group = TRY(group_of(name));
    // from here on its end takes the journal away, also when a signal asks to stop
    Stillness still(name, TRY(registry::Journal::begin(name, registry::Lifetime::boot)));
    TRY(still.journal_->will(reverse::thaw(name)));
    TRY(still.set_guard());
    if (TRY(group.freeze(patience))) return still;
    return Error{Kind::busy,
                 cat("not all processes of ", name, " stood still within ", patience.count(),
                     " seconds; one waits for a disk or a server "
                     "that does not answer")};
}

Stillness::Stillness(Stillness&& from) noexcept
    : name_(std::move(from.name_)),
      journal_(std::exchange(from.journal_, std::nullopt)),
      alive_(std::move(from.alive_)),
      guard_(std::exchange(from.guard_, 0)),
      begun_(from.begun_) {}

Stillness::~Stillness() {
    if (journal_) (void)end();  // an earlier error is on its way already
}

Result<std::chrono::milliseconds> Stillness::end() {
    auto journal = std::exchange(journal_, std::nullopt);
    if (!journal) return std::chrono::milliseconds(0);
    const auto thawed = thaw(name_);
    alive_ = UniqueFd();  // the guard ends
    while (guard_ > 0 && ::waitpid(guard_, nullptr, 0) < 0 && errno == EINTR) {
    }
    guard_ = 0;
    TRY(thawed);
    const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begun_);
    TRY(journal->done());
    return lasted;
}

}  // namespace partition
