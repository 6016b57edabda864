// A new console for a WPAR whose keeper was killed: the pty behind its /dev/console ended with that keeper, and every
// open of it would fail after a second of waiting (systemd tries that long for each line it prints there).
#pragma once
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace partition {

/// The master of a new pty of the WPAR's own devpts, whose other end now is its /dev/console. `others` are pidfds of processes
/// with mount namespaces of their own, in which the old one has been mounted, too.
Result<UniqueFd> renew_console(int init_pidfd, const std::vector<UniqueFd>& others = {});

}  // namespace partition
