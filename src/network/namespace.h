// Doing something in a WPAR's network namespace. Only for processes with one thread.
#pragma once
#include <functional>
#include <string_view>

#include "base/result.h"

namespace network {

/// Enters the namespace, runs the step, comes back. A process that cannot come back ends: what it did next would hit
/// the wrong interfaces.
Result<void> inside(int netns_fd, const std::function<Result<void>()>& step);

/// A network parameter of the namespace we are in: "sys/net/ipv6/conf/default/accept_ra".
Result<void> write_parameter(const char* path, std::string_view value);

}  // namespace network
