// What a system WPAR gets without being asked for it.
#pragma once
#include "spec/definition.h"

namespace spec {

/// AIX's default layout with the definition's own mounts laid over it, sorted by directory:
///
///   /  /home  /tmp  /var    vfs=directory    plain directories of the parent file system
///   /usr  /opt              vfs=namefs       the global ones, read-only; vfs=directory with privateusr
///   /proc                   vfs=namefs
///
/// A mount that names no vfs is jfs2 if it has a size, else as above, else a directory. An application WPAR has no
/// default layout. Done twice it changes nothing more.
Definition with_default_mounts(Definition definition);

}  // namespace spec
