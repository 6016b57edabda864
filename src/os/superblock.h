// A file system on its way to a mount: fsopen, fsconfig, fsmount (mount(2)'s successor). The mount
// it ends in belongs to no directory yet; move_mount puts it onto a descriptor, so no path is
// followed.
#pragma once
#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace os {

struct SuperblockCall {
    std::string type = {};
    std::string source = {};
    std::string options =
        {};  // "noatime,data=ordered": those of the mount and those of the file system, mixed
    std::uint64_t attributes = 0;  // MOUNT_ATTR_*, added to those in `options`
};
/// Mounts it on nothing. Failures carry what the file system itself had to say.
Result<UniqueFd> mount_detached(const SuperblockCall& call);
/// Gives the file system mounted at an open directory new options of its own; those left out fall back to its defaults.
Result<void> change_options(int directory, const std::string& options, const std::string& shown);
/// Puts a detached mount on an open directory; `shown` names that in messages.
Result<void> attach_mount(int mount, int directory, const std::string& shown);

}  // namespace os
