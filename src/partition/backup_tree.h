// A WPAR's whole tree in one place, to be read: its base directory with all that belongs to it mounted, in a mount
// namespace of our own, which nobody else sees and which ends with us.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"
#include "spec/definition.h"

namespace partition {

struct BackupScope {
    bool writable_shared = true;  // directories of the global environment that it may write to
    bool nfs = false;
};
struct BackupTree {
    os::Dir root;
    std::vector<std::string> enter = {};  // below the root, without a slash at its beginning
};
/// Kind::invalid for an application WPAR, which has no files of its own.
Result<spec::Definition> load_to_back_up(const std::string& name);
/// From here on the caller's mount namespace is a private one; what is unmounted elsewhere disappears in it, too.
Result<BackupTree> open_backup_tree(const spec::Definition& definition, bool running,
                                    const BackupScope& scope);

}  // namespace partition
