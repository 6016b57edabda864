#include "os/idmap_probe.h"

#include <fcntl.h>
#include <sys/mount.h>

#include <cerrno>

#include "os/idmap.h"

namespace os {

Result<void> probe_idmap(const std::string& path) {
    const auto space = TRY(make_id_namespace({.first = 100000}));
    const UniqueFd tree(::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
    if (!tree) return Error::os(errno, "open_tree", path);
    mount_attr attributes = {};
    attributes.attr_set = MOUNT_ATTR_IDMAP;
    attributes.userns_fd = static_cast<__u64>(space.get());
    if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0)
        return {};
    auto error = Error::os(errno, "idmap", path);
    if (error.os_number == EINVAL) error.kind = Kind::unsupported;
    return error;
}

}  // namespace os
