#include "checkpoint/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/lines.h"
#include "os/real_path.h"

namespace checkpoint {
namespace {

constexpr std::size_t most_descriptors = 20'000;

pid_t number_of(std::string_view text) {
    const auto number = to_number(trim(text));
    return number && *number <= 0x7fffffff ? static_cast<pid_t>(*number) : 0;
}

pid_t last_number(const std::vector<std::string>& numbers) {
    return numbers.empty() ? 0 : number_of(numbers.back());
}

class Listing {
  public:
    explicit Listing(int fd) : stream_(::fdopendir(fd)) {
        if (stream_ == nullptr) ::close(fd);
    }
    ~Listing() {
        if (stream_ != nullptr) ::closedir(stream_);
    }
    Listing(const Listing&) = delete;
    Listing& operator=(const Listing&) = delete;
    const char* next() {
        const auto* entry = stream_ == nullptr ? nullptr : ::readdir(stream_);
        return entry == nullptr ? nullptr : entry->d_name;
    }

  private:
    DIR* stream_;
};

}  // namespace

Status parse_status(std::string_view text) {
    Status status;
    each_line(text, [&](std::string_view line) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return;
        const auto key = line.substr(0, colon);
        const auto value = trim(line.substr(colon + 1));
        if (key == "Name") status.command = printable(value);
        if (key == "State") status.zombie = value.starts_with('Z') || value.starts_with('X');
        if (key == "PPid") status.parent = number_of(value);
        if (key == "TracerPid") status.tracer = number_of(value);
        if (key == "NSsid") status.inner_session = last_number(words(value));
        if (key == "NSpid") {
            status.inner_pid = last_number(words(value));
            status.levels = words(value).size();
        }
    });
    return status;
}

Result<Process> open_process(const std::string& proc, pid_t pid) {
    auto dir = os::Dir::open(cat(proc, "/", pid));
    if (!dir) return dir.error();
    const auto text = dir->read("status");
    if (!text && text.error().os_number == ESRCH)
        return Error{Kind::missing, cat("process ", pid, " has ended"), ESRCH};
    if (!text) return text.error();
    return Process{pid, parse_status(*text), *std::move(dir)};
}

std::optional<std::string> Process::link(const std::string& name) const {
    auto target = os::read_link(dir.fd(), name);
    if (!target) return std::nullopt;
    return *std::move(target);
}

std::optional<std::uint64_t> Process::name_space(const std::string& kind) const {
    const auto target = link(cat("ns/", kind));  // "uts:[4026531838]"
    if (!target) return std::nullopt;
    const auto open = target->find('[');
    if (open == std::string::npos || !target->ends_with(']')) return std::nullopt;
    return to_number(std::string_view(*target).substr(open + 1, target->size() - open - 2));
}

std::vector<int> Process::descriptors() const {
    std::vector<int> numbers;
    const int fd = ::openat(dir.fd(), "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return numbers;
    Listing listing(fd);
    while (const auto* name = listing.next()) {
        const auto number = to_number(name);
        if (number && *number <= 0x7fffffff) numbers.push_back(static_cast<int>(*number));
        if (numbers.size() == most_descriptors) break;
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

}  // namespace checkpoint
