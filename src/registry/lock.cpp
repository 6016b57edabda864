#include "registry/lock.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <ctime>
#include <thread>

#include "base/time.h"
#include "os/dir.h"
#include "os/file_status.h"
#include "os/interrupt.h"
#include "os/lock.h"
#include "registry/paths.h"

namespace registry {
namespace {

Error no_lock(int number, const std::string& path) {
    return Error::os(number, "open", path)
        .explained_by(number == EROFS ? checks::space : checks::permissions);
}

Result<UniqueFd> open_lock(const std::string& path) {
    const auto open = [&] {
        return UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    };
    auto fd = open();
    if (!fd && errno == ENOENT) {
        TRY(os::make_dirs(cat(paths::runtime, "/.lock"), 0755).explained_by(checks::permissions));
        fd = open();
    }
    if (!fd) return no_lock(errno, path);
    return fd;
}

// The holder removes the file when it is done: a lock on a removed file guards nothing.
bool still_there(int fd, const std::string& path) {
    struct stat ours = {};
    struct stat named = {};
    return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &named) == 0 &&
           os::same_file(ours, named);
}

Error held_by(const AdminLock::Request& request, const std::optional<Operation>& by) {
    const auto who = by ? cat("operation '", by->verb, "' (process ", by->pid, ", since ",
                              local_time(by->start, "%F %T"), ")")
                        : std::string("another operation");
    return {Kind::busy, cat("workload partition ", request.name, " is held by ", who,
                            "; try again when it is done")};
}

std::optional<Operation> parse(const std::string& text) {
    const auto line_end = text.find('\n');
    const auto parts = words(std::string_view(text).substr(0, line_end));
    if (parts.size() != 3) return std::nullopt;
    const auto pid = to_number(parts[0]);
    const auto start = to_number(parts[2]);
    if (!pid || !start) return std::nullopt;
    return Operation{parts[1], static_cast<pid_t>(*pid), static_cast<std::int64_t>(*start),
                     line_end == std::string::npos ? "" : text.substr(line_end + 1)};
}

}  // namespace

AdminLock::AdminLock(UniqueFd fd, const Request& request)
    : fd_(std::move(fd)), path_(paths::lock(request.name)), verb_(request.verb) {}

AdminLock::~AdminLock() {
    if (fd_) (void)::unlink(path_.c_str());  // a stale file harms nobody: its lock is gone
}

Result<AdminLock> AdminLock::take(const Request& request) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + request.patience;
    const auto path = paths::lock(request.name);
    for (auto pause = std::chrono::milliseconds(1);;
         pause = std::min(2 * pause, std::chrono::milliseconds(50))) {
        auto fd = TRY(open_lock(path));
        if (TRY(os::try_lock(fd.get(), 0))) {
            if (!still_there(fd.get(), path)) continue;
            AdminLock lock(std::move(fd), request);
            // a full /run must not keep anybody from stopping a WPAR: the lock holds without its text
            auto announced = lock.announce({});
            if (!announced && announced.error().kind != Kind::full) return announced.error();
            return lock;
        }
        TRY(os::heed_interrupt());
        if (Clock::now() >= until) return held_by(request, holder(request.name));
        std::this_thread::sleep_for(pause);
    }
}

Result<void> AdminLock::announce(const std::string& definition) {
    const auto text = cat(::getpid(), " ", verb_, " ", std::time(nullptr), "\n", definition);
    if (::ftruncate(fd_.get(), 0) != 0 ||
        ::pwrite(fd_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
        return Error::os(errno, "write", path_);
    return {};
}

std::optional<Operation> holder(const std::string& name) {
    const auto path = paths::lock(name);
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd && errno == EACCES && os::is_locked(path, 0))
        return Operation{.verb = "unknown"};  // an ordinary user
    if (!fd) return std::nullopt;
    const auto held = os::is_locked(fd.get(), 0);
    if (!held || !*held) return std::nullopt;
    const auto text = os::read_file(path);
    return text ? parse(*text) : std::nullopt;
}

Result<std::vector<std::string>> held_locks() {
    const auto folder = os::Dir::open(cat(paths::runtime, "/.lock"));
    std::vector<std::string> names;
    if (!folder) return names;  // nothing was ever locked
    for (auto& name : TRY(folder->entries()))
        if (name.front() != '.' && holder(name)) names.push_back(std::move(name));
    return names;
}

Result<UniqueFd> lock_registry() {
    auto fd = TRY(open_lock(paths::lock(".registry")));
    TRY(os::wait_lock(fd.get(), 0));
    return fd;
}

}  // namespace registry
