// The child's side of an application WPAR: from clone to the command, and then its init.
#pragma once
#include "launch/handshake.h"
#include "launch/launch.h"

namespace launch {

/// Never returns into code that belongs to the parent.
[[noreturn]] void become_application(Channel channel, const Plan& plan) noexcept;

}  // namespace launch
