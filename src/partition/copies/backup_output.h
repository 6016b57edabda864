// Where a backup is written to: a file that has its name only once it is whole, a device, or a pipe.
#pragma once
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace partition::copies {

class BackupOutput {
  public:
    /// "-" is standard output, which must not be a terminal. A file that exists is replaced at the end, and only then.
    static Result<BackupOutput> open(const std::string& path);
    int fd() const { return fd_.get(); }
    /// Whether it is a file, which can be read again.
    bool is_file() const { return !name_.empty(); }
    /// Where that file is, or is to be: absolute, without links. Also of standard output; empty for a pipe or a device.
    Result<std::string> path() const;
    /// All is on disk, and has its name.
    Result<void> finish();

  private:
    BackupOutput(UniqueFd fd, UniqueFd folder, std::string name)
        : fd_(std::move(fd)), folder_(std::move(folder)), name_(std::move(name)) {}
    Result<void> give_name();
    UniqueFd fd_;
    UniqueFd folder_;  // by descriptor: a mount namespace that was left has other paths
    std::string name_;
};

}  // namespace partition::copies
