// What a system WPAR gets without being asked for it.
#pragma once
#include <string_view>

#include "spec/definition.h"

namespace spec {

/// AIX's default layout with the definition's own mounts laid over it, sorted by directory:
///
///   /  /home  /tmp  /var    vfs=directory    plain directories of the parent file system
///   /usr  /opt              vfs=namefs       the global ones, read-only; with privateusr
///                           vfs=overlay      a writable view of their own over the newest generation
///   /proc                   vfs=namefs
///
/// A mount that names no vfs is nfs if it has a host, jfs2 if it has a size or its dev is below
/// /dev, namefs if it has another dev; else what is missing comes from the table above; else it is
/// a directory. An application WPAR has no default layout, and a directory alone stays one that
/// must be mounted already. Done twice it changes nothing more.
Definition with_default_mounts(Definition definition);
/// Whether every system WPAR has it: /, /home, /tmp, /var, /usr, /opt, /proc.
bool is_usual_directory(std::string_view directory);
/// The reverse: without the mounts that with_default_mounts would add.
Definition without_default_mounts(Definition definition);

}  // namespace spec
