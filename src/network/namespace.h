// Doing something in a WPAR's network namespace. Only for processes with one thread.
#pragma once
#include <functional>

#include "base/result.h"

namespace network {

/// Enters the namespace, runs the step, comes back. A process that cannot come back ends: what it did next would hit
/// the wrong interfaces.
Result<void> inside(int netns_fd, const std::function<Result<void>()>& step);

}  // namespace network
