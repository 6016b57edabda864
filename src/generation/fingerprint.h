// The digest of a list of files: which there are, of what size, owner, mode and time. It tells that a tree changed
// without reading it.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "base/sha256.h"
#include "os/dir.h"

namespace generation {

class Fingerprint {
  public:
    /// `wanted` is asked for each path below ("/etc/ssh"); what it does not want is passed over, with all below it.
    /// `stop` ends it with Kind::interrupted.
    struct Walk {
        std::string shown = {};  // "/etc"
        std::function<bool(const std::string& path, bool directory)> wanted = {};
        const std::atomic<bool>* stop = nullptr;
    };
    /// Everything below, on the file system where it begins.
    Result<void> add_tree(const os::Dir& top, const Walk& walk);
    std::string finish() { return sum_.finish(); }
    std::uint64_t files() const { return files_; }
    std::uint64_t bytes() const { return bytes_; }

  private:
    Result<void> add_directory(const os::Dir& directory, const std::string& path, dev_t device,
                               const Walk& walk);
    void add_entry(const std::string& path, const struct stat& found);
    Sha256 sum_ = {};
    std::uint64_t files_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace generation
