// The child's side of a system WPAR: from clone to the execve of its init.
#pragma once
#include "launch/handshake.h"
#include "launch/launch.h"

namespace launch {

/// Never returns into code that belongs to the parent.
[[noreturn]] void become_system(Channel channel, const Plan& plan) noexcept;

}  // namespace launch
