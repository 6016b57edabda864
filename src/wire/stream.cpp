#include "wire/stream.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "os/interrupt.h"

namespace wire {
namespace {

using Clock = std::chrono::steady_clock;

Error was_cut() { return {Kind::missing, "the link was cut"}; }

// A signal that comes between asking and waiting is seen a second later.
Result<void> wait_for(int fd, short event, std::optional<Clock::time_point> until = {}) {
    constexpr int slice = 1000;
    if (fd < 0) return was_cut();  // closed by us, when the other end was found to be
    for (;;) {
        TRY(os::heed_interrupt());
        pollfd watched = {fd, event, 0};
        const int got = ::poll(&watched, 1, slice);
        if (got > 0) return {};
        if (got < 0 && errno != EINTR) return Error::os(errno, "poll", "link");
        if (until && Clock::now() >= *until)
            return Error{Kind::missing, "the other side says nothing"};
    }
}

bool never_waits(int fd) { return (::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0; }

}  // namespace

Result<void> Stream::put(std::string_view bytes) {
    // what a pipe that has room takes without waiting; one that never waits takes what it can
    const std::size_t piece = never_waits(output_.get()) ? bytes.size() : 4096;
    while (!bytes.empty()) {
        TRY(wait_for(output_.get(), POLLOUT));
        const auto written = ::write(output_.get(), bytes.data(), std::min(bytes.size(), piece));
        if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (written < 0 && (errno == EPIPE || errno == ECONNRESET)) return was_cut();
        if (written < 0) return Error::os(errno, "write", "link");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::string> Stream::take(std::size_t size, std::optional<Clock::time_point> until) {
    std::string bytes(size, '\0');
    std::size_t have = 0;
    while (have < size) {
        TRY(wait_for(input_.get(), POLLIN, until));
        const auto got = ::read(input_.get(), bytes.data() + have, size - have);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got == 0 || (got < 0 && errno == ECONNRESET)) return was_cut();
        if (got < 0) return Error::os(errno, "read", "link");
        have += static_cast<std::size_t>(got);
    }
    return bytes;
}

bool Stream::has_more() const {
    pollfd watched = {input_.get(), POLLIN, 0};
    return ::poll(&watched, 1, 0) > 0;
}

Result<void> Stream::send_text(std::string_view text) { return put(text); }

Result<void> Stream::send(const Message& message) {
    const auto text = write(message);
    if (text.size() > longest_message)
        return Error{Kind::invalid, cat("message '", message.verb, "' is too long")};
    return put(cat(head_of(FrameKind::message, text.size()), text));
}

Result<void> Stream::send_data(std::string_view bytes) {
    TRY(put(head_of(FrameKind::data, bytes.size())));
    return put(bytes);
}

Result<Frame> Stream::receive() {
    const auto head = TRY(parse_head(TRY(take(frame_head))));
    return Frame{head.kind, TRY(take(head.length))};
}

Result<Message> Stream::receive_message() {
    const auto frame = TRY(receive());
    if (frame.kind == FrameKind::message)
        if (auto message = parse_message(frame.bytes)) return *std::move(message);
    return Error{Kind::invalid, "what came over the link is no message"};
}

Result<std::string> Stream::receive_line(std::size_t limit, Clock::time_point until) {
    std::string line;
    for (;;) {
        const auto next = TRY(take(1, until));
        if (next == "\n") return line;
        line += next;
        if (line.size() > limit) return Error{Kind::invalid, "a line that does not end"};
    }
}

}  // namespace wire
