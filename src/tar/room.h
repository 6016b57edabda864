// Space that unpacking leaves to others: an archive of some kilobytes may hold terabytes.
#pragma once
#include <cstdint>

#include "base/result.h"

namespace tar {

struct Reserve {  // but no more than a fiftieth of the whole
    std::uint64_t bytes = std::uint64_t{64} << 20U;
    std::uint64_t files = 1024;
};
/// Kind::full, with the remedy.
Error too_full();
/// The same when the file system of an open file has less left.
Result<void> leave(const Reserve& reserve, int fd);

}  // namespace tar
