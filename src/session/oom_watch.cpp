#include "session/oom_watch.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string_view>

namespace session {

void OomWatch::close() {
    for (int* fd : {&counter_, &event_}) {
        if (*fd >= 0) ::close(*fd);
        *fd = -1;
    }
}

void OomWatch::hold(int counter, int event) {
    close();
    counter_ = counter;
    event_ = event;
    known_ = 0;
    // the first look tells of those that nobody was there to tell of
    look_at_ = counter < 0 ? 0 : 1;
    pause_ = shortest_pause;
}

pollfd OomWatch::watched(std::uint64_t) const {
    if (counter_ < 0 || look_at_ != 0) return {-1, 0, 0};
    if (event_ >= 0) return {event_, POLLIN, 0};
    return {counter_, POLLPRI, 0};
}

int OomWatch::patience(std::uint64_t now) const {
    if (counter_ < 0 || look_at_ == 0) return -1;
    return look_at_ > now ? static_cast<int>(look_at_ - now) : 0;
}

// Reading from the start also tells the kernel that we know what is there: poll then waits for the next change.
bool OomWatch::read_counter(std::uint64_t& count) {
    char text[512];
    const auto got = ::pread(counter_, text, sizeof text, 0);
    if (got < 0 && errno == EINTR) return false;
    if (got <= 0) {
        close();  // the group is gone
        return false;
    }
    const std::string_view whole(text, static_cast<std::size_t>(got));
    constexpr std::string_view key = "oom_kill ";
    for (std::size_t at = 0; at < whole.size(); at = whole.find('\n', at) + 1) {
        const auto line = whole.substr(at);
        if (line.substr(0, key.size()) == key) {
            const auto* const digits = line.data() + key.size();
            return std::from_chars(digits, text + got, count).ec == std::errc{};
        }
        if (line.find('\n') == std::string_view::npos) break;
    }
    return false;
}

bool OomWatch::rose(std::uint64_t now, short events) {
    if (counter_ < 0) return false;
    const bool due = look_at_ != 0 && now >= look_at_;
    if (!due && events == 0) return false;
    std::uint64_t signalled = 0;
    if (event_ >= 0) (void)!::read(event_, &signalled, sizeof signalled);  // not blocking
    std::uint64_t count = known_;
    (void)read_counter(count);
    const bool more = count > known_;
    known_ = count;
    if (due && !more) {  // a quiet pause
        look_at_ = 0;
        pause_ = shortest_pause;
        return false;
    }
    // also without a kill: memory.events tells of much else, and v1 signals before it kills
    look_at_ = now + pause_;
    if (more && pause_ < longest_pause) pause_ *= 2;
    return more;
}

}  // namespace session
