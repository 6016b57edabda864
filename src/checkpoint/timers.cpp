#include "checkpoint/timers.h"

#include <linux/ioctl.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <time.h>

#include <cerrno>
#include <string>

#include "base/lines.h"
#include "checkpoint/process.h"
#include "os/borrow.h"
#include "os/process.h"

// linux/timerfd.h cannot be included beside the C library's
#ifndef TFD_IOC_SET_TICKS
#define TFD_IOC_SET_TICKS _IOW('T', 0, std::uint64_t)
#endif

namespace checkpoint {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

// "(0, 5000000)": seconds and nanoseconds.
std::optional<std::uint64_t> nanoseconds(std::string_view text) {
    const auto comma = text.find(", ");
    if (!text.starts_with('(') || !text.ends_with(')') || comma == std::string_view::npos)
        return std::nullopt;
    const auto seconds = to_number(text.substr(1, comma - 1));
    const auto rest = to_number(text.substr(comma + 2, text.size() - comma - 3));
    if (!seconds || !rest) return std::nullopt;
    return *seconds * second + *rest;
}

timespec time_of(std::uint64_t nanoseconds) {
    return {static_cast<time_t>(nanoseconds / second), static_cast<long>(nanoseconds % second)};
}

// Its next tick, as it was set: from now, or by the clock.
Result<timespec> next_tick(const Timer& timer) {
    if ((timer.flags & TFD_TIMER_ABSTIME) == 0) return time_of(timer.interval_ns);
    timespec now = {};
    if (::clock_gettime(timer.clock, &now) != 0) return Error::os(errno, "clock_gettime", "timer");
    return time_of(static_cast<std::uint64_t>(now.tv_sec) * second +
                   static_cast<std::uint64_t>(now.tv_nsec) + timer.interval_ns);
}

Result<void> wind(int fd, const Timer& timer) {
    const itimerspec wanted = {time_of(timer.interval_ns), TRY(next_tick(timer))};
    if (::timerfd_settime(fd, timer.flags, &wanted, nullptr) != 0)
        return Error::os(errno, "timerfd_settime", "timer");
    // that it was set again has taken them
    if (::ioctl(fd, TFD_IOC_SET_TICKS, &timer.ticks) != 0)
        return Error::os(errno, "ioctl", "ticks of a timer");
    return {};
}

Result<void> wind_all(const Process& process) {
    std::optional<UniqueFd> pidfd;
    for (const int number : process.descriptors()) {
        if (process.link(cat("fd/", number)).value_or("") != "anon_inode:[timerfd]") continue;
        const auto text = process.dir.read(cat("fdinfo/", number));
        const auto timer = text ? parse_timer(*text) : std::nullopt;
        if (!timer || !timer->was_stopped_by_criu()) continue;
        if (!pidfd) pidfd = TRY(os::pidfd(process.pid));
        const auto fd = TRY(os::borrow_fd(pidfd->get(), number));
        TRY(wind(fd.get(), *timer));
    }
    return {};
}

}  // namespace

std::optional<Timer> parse_timer(std::string_view fdinfo) {
    Timer timer;
    bool whole = false;
    each_line(fdinfo, [&](std::string_view line) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return;
        const auto key = line.substr(0, colon);
        const auto value = trim(line.substr(colon + 1));
        if (key == "clockid") timer.clock = static_cast<int>(to_number(value).value_or(0));
        if (key == "ticks") timer.ticks = to_number(value).value_or(0);
        if (key == "settime flags")  // octal: of one digit, all there is
            timer.flags = static_cast<int>(to_number(value).value_or(0));
        if (key == "it_value") timer.running = nanoseconds(value).value_or(0) != 0;
        if (key == "it_interval") {
            const auto interval = nanoseconds(value);
            timer.interval_ns = interval.value_or(0);
            whole = interval.has_value();
        }
    });
    return whole ? std::optional(timer) : std::nullopt;
}

Result<void> wind_timers(const std::vector<pid_t>& processes) {
    for (const pid_t pid : processes) {
        const auto process = open_process("/proc", pid);
        if (process && !process->status.zombie)
            TRY(wind_all(*process).within(cat("timers of process ", pid)));
    }
    return {};
}

}  // namespace checkpoint
