// What runs in a WPAR, on its way to another host: the directory of a checkpoint over a link, without waiting for each file.
// It may go in parts: memory while it runs, the rest when it stands still.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "base/result.h"
#include "partition/observer.h"
#include "wire/stream.h"

namespace partition::mobility {

/// For rounds and the rest of so much memory: in memory where there is plenty, since disks are slow, and whoever waits for one
/// waits for all that goes to it.
Result<std::string> place_for_state(const std::string& name, std::uint64_t bytes);

class StateSender {
  public:
    StateSender(wire::Stream& stream, std::string directory, std::uint64_t expected)
        : stream_(stream), directory_(std::move(directory)), expected_(expected) {}
    /// What is there and was not sent yet: how many bytes of files. Nothing that was sent may change.
    Result<std::uint64_t> send(const Observer& observer);
    /// What is there is something else now, and the other side forgets what it has.
    void begin_again() { sent_.clear(); }

  private:
    wire::Stream& stream_;
    std::string directory_;
    std::uint64_t expected_ = 0;  // bytes of memory
    std::set<std::string> sent_ = {};
};
/// The other side, after "state" came: into a directory that the first part makes, root's alone. Names that lead elsewhere are
/// refused.
Result<void> receive_state(wire::Stream& stream, const wire::Message& asked,
                           const std::string& directory);

}  // namespace partition::mobility
