// What an application has written to its files must not be lost with the power once a checkpoint says that it is there.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/fd.h"
#include "base/result.h"

namespace partition::mobility {

/// Files, however many, held by few descriptors: the first ones each, the others by their file systems.
class ToSync {
  public:
    struct File {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        auto operator<=>(const File&) const = default;
    };
    /// While its process stands still: running on, it may close the file. `link`: /proc/PID/fd/N, or of map_files. No server
    /// is asked.
    void add(const File& file, const std::string& link);
    /// When all run on, for it may take long. Files are opened anew: with the application's own descriptor, fsync(2) would tell
    /// us of a write that failed, and the application no more.
    Result<void> bring_to_disk() const;
    bool covers(const File& file) const {
        return all_ || systems_.contains(file.device) || files_.contains(file);
    }
    std::size_t descriptors() const { return files_.size() + systems_.size(); }

  private:
    std::map<File, UniqueFd> files_ = {};             // O_PATH, as all here are
    std::map<std::uint64_t, UniqueFd> systems_ = {};  // by device
    bool all_ = false;                                // every file system there is
};

}  // namespace partition::mobility
