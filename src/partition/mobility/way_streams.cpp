#include "partition/mobility/way_streams.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "os/real_path.h"

namespace partition::mobility {
namespace {

constexpr std::size_t largest_pipe = std::size_t{16} << 20;

std::string file_of(int place) { return cat("stream", place); }

Result<std::string> pipe_at(pid_t init, int place) {
    const auto key = TRY(os::read_link(cat("/proc/", init, "/fd/", place)));
    return key.starts_with("pipe:[") ? key : std::string();
}

// What is in a pipe stays in it.
Result<std::string> content_of(pid_t init, int place) {
    const auto link = cat("/proc/", init, "/fd/", place);
    const UniqueFd from(::open(link.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!from) return Error::os(errno, "open", link);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return Error::os(errno, "pipe", "");
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    const int size = ::fcntl(from.get(), F_GETPIPE_SZ);
    if (size < 0 || ::fcntl(writer.get(), F_SETPIPE_SZ, size) < 0)
        return Error::os(errno, "fcntl", "pipe");
    const auto count =
        ::tee(from.get(), writer.get(), static_cast<std::size_t>(size), SPLICE_F_NONBLOCK);
    if (count < 0 && errno != EAGAIN) return Error::os(errno, "tee", link);
    std::string content(static_cast<std::size_t>(std::max<ssize_t>(count, 0)), '\0');
    std::size_t got = 0;
    while (got < content.size()) {
        const auto some = ::read(reader.get(), content.data() + got, content.size() - got);
        if (some <= 0) return Error::os(errno, "read", "pipe");
        got += static_cast<std::size_t>(some);
    }
    return content;
}

}  // namespace

Result<void> keep_streams(pid_t init, const os::Dir& kept, checkpoint::Record& record) {
    for (int place = 0; place < 3; ++place) {
        checkpoint::Stream stream;
        stream.place = place;
        stream.key = TRY(pipe_at(init, place));
        const bool known = std::any_of(record.streams.begin(), record.streams.end(),
                                       [&](const auto& one) { return one.key == stream.key; });
        if (stream.key.empty() || known) continue;
        const auto content =
            place != 0 && record.ended ? std::string() : TRY(content_of(init, place));
        stream.has_content = !content.empty();
        if (stream.has_content)
            TRY(os::replace_file(
                {.path = cat(kept.path(), "/", file_of(place)), .text = content, .mode = 0600}));
        record.streams.push_back(std::move(stream));
    }
    return {};
}

Result<std::string> kept_stream(const os::Dir& image, const checkpoint::Stream& stream) {
    if (!stream.has_content) return std::string();
    return image.read(cat("kept/", file_of(stream.place)), largest_pipe);
}

}  // namespace partition::mobility
