#include "cgroup/tree.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace cgroup {
namespace {

struct CloseDir {
    void operator()(DIR* stream) const { ::closedir(stream); }
};

bool gone(const Error& error) { return error.kind == Kind::missing; }

// Collects the lines of one control file of a group and of all below. Groups come and go meanwhile.
Result<void> collect(const os::Dir& group, const std::string& file, std::vector<pid_t>& numbers) {
    constexpr std::size_t most = 64 << 20;  // four million processes, the kernel's limit
    const auto text = group.read(file, most);
    // a threaded group shows no processes of its own: they are listed by the domain above it
    if (!text && !gone(text.error()) && text.error().kind != Kind::unsupported) return text.error();
    if (text)
        for (const auto& word : words(*text))
            // 0 is a process of a pid namespace that we cannot see; to kill() and to cgroup.procs
            // it means ourselves
            if (const auto number = to_number(word); number && *number > 0)
                numbers.push_back(static_cast<pid_t>(*number));
    const auto names = subgroups(group);
    if (!names) return gone(names.error()) ? Result<void>() : names.error();
    for (const auto& name : *names) {
        const auto below = group.beneath(name);
        if (below) {
            TRY(collect(*below, file, numbers));
        } else if (!gone(below.error())) {
            return below.error();
        }
    }
    return {};
}

Result<std::vector<pid_t>> collected(const os::Dir& group, const std::string& file) {
    std::vector<pid_t> numbers;
    TRY(collect(group, file, numbers));
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

// The depth is bounded: Group::create sets cgroup.max.depth.
Result<void> remove_below(int at, const std::string& name, const std::string& shown) {
    if (::unlinkat(at, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT || errno == ENODEV)
        return {};
    // EBUSY: processes or groups below; ENOTEMPTY: the same on an ordinary file system
    if (errno != EBUSY && errno != ENOTEMPTY) return Error::os(errno, "rmdir", shown);
    UniqueFd fd(::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return errno == ENOENT ? Result<void>() : Error::os(errno, "open", shown);
    const os::Dir group(std::move(fd), shown);
    const auto names = subgroups(group);
    if (!names) return gone(names.error()) ? Result<void>() : names.error();
    for (const auto& below : *names) TRY(remove_below(group.fd(), below, cat(shown, "/", below)));
    if (::unlinkat(at, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT || errno == ENODEV)
        return {};
    return Error::os(errno, "rmdir", shown);
}

std::string listed(const std::vector<pid_t>& processes) {
    constexpr std::size_t shown = 8;
    std::string text;
    for (std::size_t i = 0; i < processes.size() && i < shown; ++i) text += cat(" ", processes[i]);
    if (processes.size() > shown) text += cat(" and ", processes.size() - shown, " more");
    return text;
}

}  // namespace

Error busy_with(const std::string& path) {
    std::vector<pid_t> found;
    if (const auto group = os::Dir::open(path))
        if (auto processes = processes_of(*group)) found = *std::move(processes);
    return {Kind::busy, cat("cgroup '", path, "' still holds processes:", listed(found))};
}

Result<std::vector<std::string>> subgroups(const os::Dir& group) {
    const int copy = ::openat(group.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy < 0) return Error::os(errno, "open", group.path());
    const std::unique_ptr<DIR, CloseDir> stream(::fdopendir(copy));
    if (!stream) return Error::os(errno, "fdopendir", group.path());
    std::vector<std::string> names;
    errno = 0;
    while (const auto* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (entry->d_type == DT_DIR && name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return Error::os(errno, "readdir", group.path());
    return names;
}

Result<std::vector<pid_t>> processes_of(const os::Dir& group) {
    return collected(group, "cgroup.procs");
}

Result<std::uint64_t> count_threads(const os::Dir& group) {
    return TRY(collected(group, "cgroup.threads")).size();
}

Result<void> remove_groups(const std::string& path) { return remove_below(AT_FDCWD, path, path); }

}  // namespace cgroup
