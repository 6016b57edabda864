// What runs in a WPAR, on its way to another host: the directory of a checkpoint over a link, without waiting for each file.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "wire/stream.h"

namespace partition {

/// The bytes that went over the link.
Result<std::uint64_t> send_state(wire::Stream& stream, const std::string& directory,
                                 const Observer& observer);
/// The other side, after "state" came: into a directory that is made, root's alone. Names that lead elsewhere are refused.
Result<void> receive_state(wire::Stream& stream, const std::string& directory);

}  // namespace partition
