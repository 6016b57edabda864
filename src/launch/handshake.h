// Packets between parent and child, each a stage or a whole Error, so that the
// administrator reads the child's own words. End of file means that the other side is gone, or
// after `go` that execve has closed its end.
#pragma once
#include <cstdint>

#include "base/fd.h"
#include "base/result.h"

namespace launch {

enum class Stage : std::uint32_t { mapped = 1, joined, mounted, rooted, go };

class Channel {
  public:
    Channel() = default;
    explicit Channel(UniqueFd fd) : fd_(std::move(fd)) {}

    Result<void> tell(Stage stage, int carried = -1) const;  // may carry a descriptor
    void fail(const Error& error) const;
    /// The descriptor that came along, if any. The other side's failure comes back as its Error.
    Result<UniqueFd> wait_for(Stage stage) const;
    /// Nothing when the other side closed its end without a word, else its Error.
    Result<void> wait_closed() const;
    int fd() const { return fd_.get(); }
    void close() { fd_ = UniqueFd(); }

  private:
    UniqueFd fd_;
};

struct Channels {
    Channel parent = {};
    Channel child = {};
};
Result<Channels> make_channels();

}  // namespace launch
