#include "partition/mobility/move_talk.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "filesystem/checks.h"
#include "os/dir.h"
#include "os/write_all.h"
#include "registry/journal.h"
#include "registry/moves.h"

namespace partition::mobility {
namespace {

constexpr std::size_t piece = std::size_t{256} << 10;
constexpr std::uint64_t spare = std::uint64_t{16} << 20;  // is left free

Result<std::uint64_t> size_of(int fd, const std::string& path) {
    struct stat found = {};
    if (::fstat(fd, &found) != 0) return Error::os(errno, "stat", path);
    return static_cast<std::uint64_t>(found.st_size);
}

constexpr std::uint64_t most_probed = 64;  // pieces

// An ssh that compresses must not look faster than it will be.
std::string hard_to_compress() {
    std::string bytes(piece, '\0');
    std::uint64_t state = 0x9E3779B97F4A7C15;
    for (auto& byte : bytes) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        byte = static_cast<char>(state);
    }
    return bytes;
}

std::string part_of(const std::string& folder, const std::string& digest) {
    return cat(folder, "/", digest, ".part");
}

// Of earlier attempts, which nobody continues any more.
Result<void> remove_others(const std::string& folder, const std::string& digest) {
    const auto opened = TRY(os::Dir::open(folder));
    for (const auto& entry : TRY(opened.entries()))
        if (entry != "record" && entry != "run" && !entry.starts_with(digest))
            TRY(opened.remove(entry));
    return {};
}

void pass_on(const wire::Message& said, const Observer& observer) {
    const auto text = printable(said.value("text"));
    if (said.verb == "said") observer.tell_detail(text);
    if (said.verb == "warned") observer.tell_warning(text);
    if (said.verb == "progress") observer.tell_progress(text);
}

}  // namespace

wire::Message error_message(const Error& error) {
    return {
        "error",
        {{"kind", cat(static_cast<unsigned>(error.kind))}, {"text", error.text}, {"id", error.id}}};
}

Error parse_error(const wire::Message& message) {
    const auto kind = message.number("kind");
    Error error;
    error.kind =
        kind <= static_cast<std::uint64_t>(Kind::other) ? static_cast<Kind>(kind) : Kind::other;
    if (error.kind == Kind::missing || error.kind == Kind::interrupted) error.kind = Kind::other;
    for (const auto& line : split(message.value("text"), '\n'))
        error.text += cat(error.text.empty() ? "" : "\n", printable(line));
    return error;
}

Result<wire::Message> await(wire::Stream& stream, std::string_view verb, const Observer& observer) {
    for (;;) {
        auto message = TRY(stream.receive_message());
        if (message.verb == verb) return message;
        if (message.verb == "error") return parse_error(message);
        pass_on(message, observer);
    }
}

Observer telling(wire::Stream& stream) {
    const auto by = [&stream](const char* verb) {
        return [&stream, verb](std::string_view line) {
            (void)stream.send({verb, {{"text", std::string(line)}}});
        };
    };
    return {.say = by("said"), .detail = {}, .warn = by("warned"), .progress = by("progress")};
}

bool is_digest(std::string_view text) {
    constexpr std::size_t digits = 64;
    return text.size() == digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string received_file(const std::string& folder, const std::string& digest) {
    return cat(folder, "/", digest, ".bak");
}

// The token is on disk before the definition, and both before we say so.
Result<void> commit_arrival(wire::Stream& stream, const ArrivalCommit& what) {
    TRY(registry::pause_point());
    TRY(stream.send({"prepared", {{"output", what.output}}}));
    const auto asked = TRY(stream.receive_message());
    if (asked.verb != "commit" || asked.value("token") != what.token)
        return Error{Kind::invalid, "the other side speaks out of turn"};
    TRY(registry::pause_point());
    TRY(registry::save_arrived(what.name, what.token));
    return registry::pause_point();
}

Result<LinkPace> probe_link(wire::Stream& stream, const Observer& observer) {
    using Clock = std::chrono::steady_clock;
    using std::chrono::milliseconds;
    const auto bytes = hard_to_compress();
    const auto take = [&](std::uint64_t pieces) -> Result<milliseconds> {
        const auto begun = Clock::now();
        TRY(stream.send({"probe", {{"bytes", cat(pieces * piece)}}}));
        for (; pieces > 0; --pieces) TRY(stream.send_data(bytes));
        (void)TRY(await(stream, "probed", observer));
        return std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
    };
    LinkPace pace{.there_and_back = TRY(take(0))};
    constexpr auto long_enough = milliseconds(100);
    for (std::uint64_t pieces = 1; pieces <= most_probed; pieces *= 4) {
        const auto took = TRY(take(pieces));
        const auto net = std::max(milliseconds(1), took - pace.there_and_back);
        pace.bytes_per_second = pieces * piece * 1000 / static_cast<std::uint64_t>(net.count());
        if (took >= long_enough) break;
    }
    return pace;
}

Result<void> receive_probe(wire::Stream& stream, const wire::Message& asked) {
    if (asked.number("bytes") > most_probed * piece)
        return Error{Kind::invalid, "the other side speaks out of turn"};
    for (auto left = asked.number("bytes"); left > 0;) {
        const auto frame = TRY(stream.receive());
        if (frame.kind != wire::FrameKind::data || frame.bytes.empty() || frame.bytes.size() > left)
            return Error{Kind::invalid, "more or other came than was offered"};
        left -= frame.bytes.size();
    }
    return stream.send({"probed"});
}

Result<Sent> send_file(wire::Stream& stream, const SentFile& file, const Observer& observer) {
    const UniqueFd from(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!from) return Error::os(errno, "open", file.path);
    Sent sent{.size = TRY(size_of(from.get(), file.path))};
    TRY(stream.send({"offer",
                     {{"digest", file.digest},
                      {"size", cat(sent.size)},
                      {"first", file.first ? "yes" : "no"}}}));
    auto at = TRY(await(stream, "have", observer)).number("bytes");
    std::string bytes(piece, '\0');
    while (at < sent.size) {
        if (stream.has_more()) (void)TRY(await(stream, "received", observer));  // it has enough
        const auto got = ::pread(from.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (got < 0) return Error::os(errno, "read", file.path);
        if (got == 0) return Error{Kind::other, cat("'", file.path, "' has become shorter")};
        TRY(stream.send_data({bytes.data(), static_cast<std::size_t>(got)}));
        at += static_cast<std::uint64_t>(got);
        sent.bytes += static_cast<std::uint64_t>(got);
        observer.tell_progress(cat(at >> 20, " of ", sent.size >> 20, " MB sent"));
    }
    (void)TRY(await(stream, "received", observer));
    return sent;
}

Result<void> receive_file(wire::Stream& stream, const wire::Message& offer,
                          const std::string& folder) {
    const auto& digest = offer.value("digest");
    const auto size = offer.number("size");
    if (!is_digest(digest) || size == 0)
        return Error{Kind::invalid, "what was offered is no backup"};
    if (offer.value("first") == "yes") TRY(remove_others(folder, digest));
    const auto whole = received_file(folder, digest);
    const auto path = os::exists(whole) ? whole : part_of(folder, digest);
    const UniqueFd to(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!to) return Error::os(errno, "open", path);
    if (::flock(to.get(), LOCK_EX | LOCK_NB) != 0)  // a link that was cut, and is not aware of it
        return Error{Kind::busy, "an earlier attempt still holds what it has sent; try again"};
    auto have = TRY(size_of(to.get(), path));
    if (have > size || (path == whole && have != size)) {
        if (::ftruncate(to.get(), 0) != 0) return Error::os(errno, "truncate", path);
        have = 0;
    }
    TRY(filesystem::check_space(folder, {size - have + spare, 1}));
    TRY(stream.send({"have", {{"bytes", cat(have)}}}));
    while (have < size) {
        const auto frame = TRY(stream.receive());
        if (frame.kind != wire::FrameKind::data || frame.bytes.empty() ||
            frame.bytes.size() > size - have)
            return Error{Kind::invalid, "more or other came than was offered"};
        TRY(os::write_all(to.get(), frame.bytes, path));
        have += frame.bytes.size();
    }
    if (path != whole && ::rename(path.c_str(), whole.c_str()) != 0)
        return Error::os(errno, "rename", path);
    return stream.send({"received"});
}

}  // namespace partition::mobility
