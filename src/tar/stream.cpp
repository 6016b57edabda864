#include "tar/stream.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace tar {

Result<std::size_t> FileStream::read(std::span<char> into) {
    ssize_t got = -1;
    while ((got = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(at_))) < 0)
        if (errno != EINTR) return Error::os(errno, "read", "image");
    at_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
}

// Never past the end: a file that is too short has to be noticed.
Result<std::uint64_t> FileStream::skip(std::uint64_t bytes) {
    struct stat found = {};
    if (::fstat(fd_, &found) != 0) return Error::os(errno, "stat", "image");
    const auto size = static_cast<std::uint64_t>(found.st_size);
    const auto skipped = std::min(bytes, size - std::min(size, at_));
    at_ += skipped;
    return skipped;
}

Result<std::size_t> MeasuredStream::read(std::span<char> into) {
    const auto got = TRY(from_.read(into));
    digest_.add(into.first(got));
    size_ += got;
    return got;
}

Result<void> MeasuredStream::drain() {
    std::array<char, 65536> rest = {};
    while (TRY(read(rest)) > 0) {
    }
    return {};
}

Result<std::string> read_all(Stream& from, std::size_t limit) {
    std::string text;
    std::array<char, 65536> part = {};
    for (;;) {
        const auto got = TRY(from.read(part));
        if (got == 0) return text;
        if (text.size() + got > limit)
            return Error{Kind::invalid, cat("it is larger than ", limit >> 10U, " KB")};
        text.append(part.data(), got);
    }
}

}  // namespace tar
