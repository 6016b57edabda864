// Bytes that come one after the other, from a file or out of another archive.
#pragma once
#include <cstdint>
#include <span>

#include "base/fd.h"
#include "base/result.h"
#include "tar/digest.h"

namespace tar {

class Stream {
  public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;
    /// How many came; 0 is the end.
    virtual Result<std::size_t> read(std::span<char> into) = 0;
    /// The next bytes where they lie, valid until the next call; or read into `buffer`. None: the end.
    virtual Result<std::span<const char>> piece(std::span<char> buffer) {
        const auto got = TRY(read(buffer));
        return std::span<const char>(buffer.first(got));
    }
    /// How many were passed over without reading them; 0 when that cannot be.
    virtual Result<std::uint64_t> skip(std::uint64_t) { return std::uint64_t{0}; }
};

/// A file from its beginning, whatever its own position.
class FileStream : public Stream {
  public:
    explicit FileStream(int fd) : fd_(fd) {}
    Result<std::size_t> read(std::span<char> into) override;
    Result<std::uint64_t> skip(std::uint64_t bytes) override;

  private:
    int fd_;
    std::uint64_t at_ = 0;
};

/// What passes through is counted and known by its digest. Nothing is skipped.
class MeasuredStream : public Stream {
  public:
    explicit MeasuredStream(Stream& from) : from_(from) {}
    Result<std::size_t> read(std::span<char> into) override;
    /// Reads what is left: a decompressor need not have come to the end.
    Result<void> drain();
    std::string digest() { return digest_.finish(); }
    std::uint64_t size() const { return size_; }

  private:
    Stream& from_;
    Sha256 digest_;
    std::uint64_t size_ = 0;
};

/// All of it; Kind::invalid when that is more than `limit`.
Result<std::string> read_all(Stream& from, std::size_t limit);

}  // namespace tar
