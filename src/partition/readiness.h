// Waiting for an init that can say when its system is up: sd_notify(3), on a socket in the WPAR's own network namespace.
#pragma once
#include <chrono>

#include "base/fd.h"
#include "base/result.h"

namespace partition {

/// For the plan's environment: where systemd reports.
inline constexpr char readiness_variable[] = "NOTIFY_SOCKET=@corral/ready";

/// The socket, bound inside that network namespace. The caller has one thread.
Result<UniqueFd> listen_readiness(int network_namespace);

enum class Readiness : std::uint8_t { ready, ended, patience_ended };
/// What came first: READY=1, the end of the process, or the end of the patience.
Result<Readiness> wait_ready(int socket, int pidfd, std::chrono::milliseconds patience);

}  // namespace partition
