#include "partition/mobility/series.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "checkpoint/image.h"
#include "os/child.h"
#include "os/dir.h"
#include "os/process.h"

namespace partition::mobility {
namespace {

std::string path_of(const std::string& directory, std::uint64_t number) {
    return cat(directory, "/", number);
}

Result<std::vector<std::uint64_t>> numbers_in(const std::string& directory) {
    const auto folder = os::Dir::open(directory);
    if (!folder && folder.error().kind == Kind::missing) return std::vector<std::uint64_t>();
    if (!folder) return folder.error();
    return numbers_among(TRY(folder->entries()));
}

// A command like any other, in a process of its own: the application's streams are relayed meanwhile. A Ctrl-C is the
// application's to hear.
struct Work {
    const std::string& name;
    const std::string& directory;
    int said = -1;
};
[[noreturn]] void become_worker(const Work& work) {
    (void)::setpgid(0, 0);
    os::forget_signals();
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    (void)::dup2(null, 0);
    (void)::dup2(null, 1);
    (void)::dup2(work.said, 2);
    ::execl("/proc/self/exe", "chkptwpar", "-d", work.directory.c_str(), work.name.c_str(),
            nullptr);
    ::_exit(127);
}

}  // namespace

std::vector<std::uint64_t> numbers_among(const std::vector<std::string>& names) {
    std::vector<std::uint64_t> numbers;
    for (const auto& name : names)
        if (const auto number = to_number(name); number && *number > 0 && name.front() != '0')
            numbers.push_back(*number);
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

Result<std::vector<std::string>> checkpoints_in(const std::string& directory) {
    const auto numbers = TRY(numbers_in(directory));
    std::vector<std::string> paths;
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number)
        paths.push_back(path_of(directory, *number));
    return paths;
}

Result<std::chrono::seconds> parse_interval(const std::string& text) {
    constexpr std::string_view units = "smhd";
    constexpr std::uint64_t seconds_of[] = {1, 60, 3600, 86400};
    constexpr std::uint64_t longest = 10'000;
    const auto unit = text.empty() ? std::string_view::npos : units.find(text.back());
    const bool has_unit = unit != std::string_view::npos;
    const auto number = to_number(has_unit ? text.substr(0, text.size() - 1) : text);
    if (!number || *number == 0 || *number > longest)
        return Error{Kind::invalid,
                     cat("'", printable(text), "' is no interval; 90s, 10m, 2h and 1d are, up to ",
                         longest, " of them")};
    return std::chrono::seconds(*number * seconds_of[has_unit ? unit : 0]);
}

Result<Series> Series::begin(const SeriesPlan& plan) {
    if (!plan.directory.starts_with('/'))
        return Error{Kind::invalid, cat("'", printable(plan.directory),
                                        "' is not the absolute path of a directory")};
    TRY(checkpoint::make_folder(plan.directory));
    return Series(plan);
}

int Series::patience(Clock::time_point now) const {
    if (worker_ || (held_back_ && told_)) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due_ - now).count();
    constexpr std::int64_t longest = 24'000'000;
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, longest));
}

void Series::turn(Clock::time_point now, const Observer& observer) {
    if (worker_) {
        siginfo_t ended = {};
        if (::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 ||
            ended.si_pid != pid_)
            return;
        if (!take_end())
            tell_failure(observer);
        else if (const auto gone = remove_others(); !gone)
            observer.tell_warning(cat("older checkpoints: ", gone.error().shown()));
        return;
    }
    if (now < due_) return;
    if (held_back_) {
        if (!told_)
            observer.tell_warning(cat("no checkpoint of ", plan_.name,
                                      " is made until the reader of its output has taken what it "
                                      "had said before the last one"));
        told_ = true;
        return;
    }
    told_ = false;
    due_ = now + plan_.interval;
    if (const auto started = start_next(); !started)
        observer.tell_warning(cat("checkpoint: ", started.error().shown()));
}

Result<void> Series::start_next() {
    const auto numbers = TRY(numbers_in(plan_.directory));
    number_ = numbers.empty() ? 1 : numbers.back() + 1;
    const auto next = path_of(plan_.directory, number_);
    said_ = UniqueFd(::memfd_create("chkptwpar", MFD_CLOEXEC));
    if (!said_) return Error::os(errno, "memfd_create", "chkptwpar");
    const auto pid = ::fork();
    if (pid < 0) return Error::os(errno, "fork", "chkptwpar");
    if (pid == 0) become_worker({plan_.name, next, said_.get()});
    pid_ = pid;
    worker_ = TRY(os::pidfd(pid));
    return {};
}

// Only now: until this one was whole, another was the one to go on from.
Result<void> Series::remove_others() {
    for (const auto number : TRY(numbers_in(plan_.directory)))
        if (number != number_) TRY(checkpoint::remove_directory(path_of(plan_.directory, number)));
    return {};
}

bool Series::take_end() {
    const int status = os::reap(pid_);
    worker_ = UniqueFd();
    pid_ = 0;
    due_ = Clock::now() + plan_.interval;
    return status == 0;
}

void Series::tell_failure(const Observer& observer) const {
    std::string words(2000, '\0');
    const auto got = ::pread(said_.get(), words.data(), words.size(), 0);
    words.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    observer.tell_warning(cat("no checkpoint was made of ", plan_.name,
                              "; another attempt is made in ", plan_.interval.count(), " seconds. ",
                              trim(words)));
}

void Series::finish() {
    if (!worker_) return;
    // what it was to store has ended, which is no news
    (void)take_end();
}

Result<void> Series::remove_all() {
    Result<void> first;
    for (const auto& path : TRY(checkpoints_in(plan_.directory)))
        if (auto gone = checkpoint::remove_directory(path); !gone && first) first = std::move(gone);
    (void)::rmdir(plan_.directory.c_str());  // what else is in it is not ours
    return first;
}

}  // namespace partition::mobility
