// A regular file whose content is at hand, and what making one takes. Any thread may make one: all it needs is in it.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"
#include "tar/metadata.h"
#include "tar/reader.h"

namespace tar {

struct WholeFile {
    std::string path = {};                      // one of tar/path.h
    std::shared_ptr<const os::Dir> above = {};  // what holds it
    Metadata what = {};
    std::uint64_t size = 0;
    std::vector<Reader::Block> blocks = {};  // what is between them is a hole
};
/// Replaces what is there. The file is open yet.
Result<UniqueFd> make(const WholeFile& file);

/// Kind::full when it does not fit.
Result<void> write_at(int fd, const Reader::Block& block, const std::string& path);
/// Of a file just made, with all its content: size (what was not written is a hole), owner, mode, attributes, times.
Result<void> complete(int fd, std::uint64_t size, const Metadata& what, const std::string& path);

}  // namespace tar
