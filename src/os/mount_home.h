// A private copy of the mount namespace for as long as something has to be mounted where nobody else sees it.
#pragma once
#include <utility>

#include "base/fd.h"
#include "base/result.h"

namespace os {

/// The caller's mount namespace and working directory, to come back to from a private one.
class MountHome {
  public:
    /// Enters a private copy of the caller's mount namespace.
    static Result<MountHome> leave();
    MountHome(MountHome&&) = default;
    MountHome& operator=(MountHome&&) = delete;
    ~MountHome() { (void)back(); }  // an earlier error is on its way already
    Result<void> back();

  private:
    MountHome(UniqueFd space, UniqueFd directory)
        : space_(std::move(space)), directory_(std::move(directory)) {}
    UniqueFd space_;
    UniqueFd directory_;
};

}  // namespace os
