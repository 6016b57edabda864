// CRIU before 4.2 shares the root directory of a process with its own helpers: of init with one for each session whose leader
// has ended (daemons that forked twice, nginx after an upgrade), and then cannot set up the process's unix sockets, since
// setns(2) into a mount namespace is for those who share it with nobody.
#pragma once
#include "base/result.h"
#include "os/dir.h"

namespace checkpoint {

/// Images of which CRIU can build those sockets: what lies in the mount namespace of init names no mount any more, and is then
/// looked for below that namespace's root, without setns. `images` is what CRIU has just written.
/// Kind::invalid for what no CRIU writes.
Result<void> forget_socket_mounts(const os::Dir& images);

}  // namespace checkpoint
