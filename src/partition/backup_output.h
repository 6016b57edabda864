// Where a backup is written to: a file that has its name only once it is whole, a device, or a pipe.
#pragma once
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace partition {

class BackupOutput {
  public:
    /// "-" is standard output, which must not be a terminal. A file that exists is replaced at the end, and only then.
    static Result<BackupOutput> open(const std::string& name);
    int fd() const { return fd_.get(); }
    /// All is on disk, and has its name.
    Result<void> finish();

  private:
    BackupOutput(UniqueFd fd, std::string name, bool nameless)
        : fd_(std::move(fd)), name_(std::move(name)), nameless_(nameless) {}
    Result<void> give_name();
    UniqueFd fd_;
    std::string name_;
    bool nameless_ = false;
};

}  // namespace partition
