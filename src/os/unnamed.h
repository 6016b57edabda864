// A file of ours without a name, in /var/tmp, for what is too much for memory: it is gone with its last descriptor.
#pragma once
#include "base/fd.h"
#include "base/result.h"

namespace os {

Result<UniqueFd> make_unnamed();

}  // namespace os
