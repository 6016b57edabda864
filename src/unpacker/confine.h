// Everything taken away from the process before it reads the first byte of an image. It is born in namespaces of its own;
// here it enters the target, becomes root of a user namespace that owns nothing else, and keeps a handful of capabilities
// and system calls.
#pragma once
#include "base/result.h"

namespace unpacker {

/// The descriptors are those of unpack/protocol.h.
Result<void> confine();

/// In parts, for the tests: enters the target; gives up what is left.
Result<void> enter_target();
Result<void> give_up_rights();

}  // namespace unpacker
