#include "session/pipes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "os/file_status.h"
#include "os/real_path.h"
#include "os/write_all.h"

namespace session {
namespace {

bool needs_pipe(int place) {
    struct stat found = {};
    if (::fstat(place, &found) != 0 || os::is_null_device(found)) return false;
    return place != 0 || !S_ISREG(found.st_mode) || os::path_of(place).empty();
}

// A job in the background would be stopped by a look at what is typed.
bool is_ours_to_read() { return ::isatty(0) == 0 || ::tcgetpgrp(0) == ::getpgrp(); }

// The standard descriptors are the caller's, or /dev/null.
Result<UniqueFd> above_standard(int fd) {
    UniqueFd low(fd);
    UniqueFd high(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
    if (!high) return Error::os(errno, "fcntl", "pipe");
    return high;
}

}  // namespace

Result<Pipes> Pipes::plan() {
    Pipes all;
    for (int place = 0; place < 3; ++place) {
        const bool shared = place == 2 && all.inside()[1] >= 0 && os::same_file(1, 2);
        all.errors_with_output_ |= shared;
        if (!shared && needs_pipe(place)) TRY(all.add(place));
    }
    return all;
}

Result<Pipes> Pipes::make(const std::vector<int>& places) {
    Pipes all;
    for (const int place : places) TRY(all.add(place));
    return all;
}

Result<void> Pipes::add(int place) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return Error::os(errno, "pipe", "");
    auto from = above_standard(ends[0]);
    auto to = above_standard(ends[1]);
    if (!from || !to) return from ? to.error() : from.error();
    const bool input = place == 0;
    auto& outside = input ? *to : *from;
    if (::fcntl(outside.get(), F_SETFL, O_NONBLOCK) != 0) return Error::os(errno, "fcntl", "pipe");
    const Flow flow(input ? 0 : outside.get(), input ? outside.get() : place);
    pipes_.push_back({place, std::move(input ? *from : *to), std::move(outside), flow});
    return {};
}

std::array<int, 3> Pipes::inside() const {
    std::array<int, 3> ends = {-1, -1, -1};
    for (const auto& pipe : pipes_) ends[static_cast<std::size_t>(pipe.place)] = pipe.inside.get();
    if (errors_with_output_) ends[2] = ends[1];
    return ends;
}

void Pipes::close_inside() {
    for (auto& pipe : pipes_) pipe.inside = UniqueFd();
}

Result<void> Pipes::put_back(int place, std::string_view content) {
    if (content.empty()) return {};
    for (auto& pipe : pipes_) {
        if (pipe.place != place) continue;
        // to a reader who may not read: it goes on meanwhile
        if (place != 0) {
            pipe.flow.hold(content);
            return {};
        }
        if (::fcntl(pipe.outside.get(), F_SETPIPE_SZ, static_cast<int>(content.size())) < 0 &&
            content.size() > 65536)
            return Error::os(errno, "fcntl", "pipe");
        return os::write_all(pipe.outside.get(), content, "pipe");
    }
    return {};
}

bool Pipes::holds_output() const {
    return std::any_of(pipes_.begin(), pipes_.end(),
                       [](const Pipe& pipe) { return pipe.place != 0 && pipe.flow.holds_first(); });
}

std::vector<pollfd> Pipes::watched() const {
    std::vector<pollfd> all;
    for (const auto& pipe : pipes_) {
        const auto& flow = pipe.flow;
        if (flow.wants_input() && (pipe.place != 0 || is_ours_to_read()))
            all.push_back({flow.from(), POLLIN, 0});
        else
            all.push_back({flow.wants_output() ? flow.to() : -1, POLLOUT, 0});
    }
    return all;
}

bool Pipes::waits_for_terminal() const {
    return std::any_of(pipes_.begin(), pipes_.end(), [](const Pipe& pipe) {
        return pipe.place == 0 && pipe.flow.wants_input() && !is_ours_to_read();
    });
}

void Pipes::move(const pollfd* watched) {
    for (auto& pipe : pipes_) {
        const auto seen = (watched++)->revents;
        if (seen == 0) continue;
        if (pipe.flow.wants_input()) pipe.flow.fill();
        pipe.flow.empty();
        // end of file for the reader inside, or a broken pipe for the writer
        if (pipe.flow.done()) pipe.outside = UniqueFd();
    }
}

void Pipes::drain() {
    for (auto& pipe : pipes_)
        if (pipe.place != 0 && pipe.outside) pipe.flow.drain();
}

}  // namespace session
