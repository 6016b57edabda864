// What an earlier backup says of each file, to find those that have not changed since. Both lists are in the same order, so
// it is read once, beside the walk.
#pragma once
#include <stdio.h>

#include <memory>
#include <optional>

#include "backup/manifest.h"

namespace backup {

class BaseList {
  public:
    /// -1: there is none. The descriptor is duplicated.
    static Result<BaseList> open(int manifest);
    /// What it says of a file, when that has not changed: size, times, inode, owner and mode as they were.
    Result<std::optional<Listed>> unchanged(const Entry& entry);

  private:
    struct Close {
        void operator()(FILE* file) const { (void)::fclose(file); }
    };
    Result<void> advance();
    std::unique_ptr<FILE, Close> file_;
    std::optional<Listed> next_ = {};
};

}  // namespace backup
