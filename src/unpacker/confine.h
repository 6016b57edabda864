// Everything taken away from the process before it reads the first byte of an image. It is born in namespaces of its own;
// here it enters the target, becomes root of a user namespace that owns nothing else, and keeps a handful of capabilities
// and system calls.
#pragma once
#include "base/result.h"

namespace unpacker {

/// The descriptors are those of unpack/protocol.h.
Result<void> confine(unsigned threads = 0);
/// Of one that only looks into a file it was given: no file system at all, nobody's rights.
Result<void> confine_to_look(unsigned threads);

/// In parts, for the tests: enters the target; gives up what is left.
Result<void> enter_target();
Result<void> give_up_rights(unsigned threads = 0);

}  // namespace unpacker
