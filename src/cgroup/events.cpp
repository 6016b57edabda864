#include "cgroup/events.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace cgroup {
namespace {

using Clock = std::chrono::steady_clock;

Result<std::uint64_t> state(int file, const os::Dir& group, std::string_view key) {
    char text[256];
    const auto got = ::pread(file, text, sizeof text, 0);
    if (got < 0 && errno == ENODEV) return 0;  // the group was removed
    if (got < 0) return Error::os(errno, "read", cat(group.path(), "/cgroup.events"));
    return value_of({text, static_cast<std::size_t>(got)}, key).value_or(0);
}

}  // namespace

std::optional<std::uint64_t> value_of(std::string_view text, std::string_view key) {
    for (const auto& line : split(text, '\n')) {
        const auto parts = words(line);
        if (parts.size() == 2 && parts[0] == key) return to_number(parts[1]);
    }
    return std::nullopt;
}

Result<bool> wait_event(const os::Dir& group, const Event& event,
                        std::chrono::milliseconds patience) {
    auto file = group.open_file({.path = "cgroup.events", .flags = O_RDONLY});
    if (!file) {
        if (file.error().kind == Kind::missing) return event.value == 0;
        return file.error();
    }
    const auto until = Clock::now() + patience;
    for (;;) {
        // reading comes first: poll reports what changed since the last read
        if (TRY(state(file->get(), group, event.key)) == event.value) return true;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        if (left <= 0) return false;
        pollfd watched = {file->get(), POLLPRI, 0};
        const int slice = static_cast<int>(std::min<std::int64_t>(left, 1'000'000));
        if (::poll(&watched, 1, slice) < 0) return Error::os(errno, "poll", "cgroup.events");
    }
}

}  // namespace cgroup
