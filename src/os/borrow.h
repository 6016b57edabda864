// Another process's open files: a descriptor of ours for the same open file, pidfd_getfd(2).
#pragma once
#include "base/fd.h"
#include "base/result.h"

namespace os {

/// Needs the right to trace the process. Kind::missing when the process or its descriptor is gone.
Result<UniqueFd> borrow_fd(int pidfd, int number);

}  // namespace os
