// A WPAR's whole tree in one place, to be read: its base directory with all that belongs to it mounted, in a mount
// namespace of our own, which nobody else sees and which ends with us.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "filesystem/file_system.h"
#include "os/dir.h"
#include "os/mount_home.h"
#include "spec/definition.h"

namespace partition::copies {

struct BackupScope {
    bool writable_shared = true;  // directories of the global environment that it may write to
    bool nfs = false;
};
struct BackupTree {
    os::MountHome home;  // its end leads back
    os::Dir root;
    std::vector<std::string> enter = {};  // below the root, without a slash at its beginning
};
/// Whether the files of such a mount are backed up.
bool is_backed_up(const filesystem::FileSystem& one, const BackupScope& scope);
/// Kind::invalid for an application WPAR, which has no files of its own.
Result<spec::Definition> load_to_back_up(const std::string& name);
/// The caller is in a mount namespace of its own until `home` ends; what is unmounted elsewhere disappears in it, too.
/// `mounted`: its own file systems are, below the base directory.
Result<BackupTree> open_backup_tree(const spec::Definition& definition, bool mounted,
                                    const BackupScope& scope);

}  // namespace partition::copies
