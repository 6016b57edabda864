#include "launch/tree.h"

#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>

#include "launch/targets.h"
#include "os/mount.h"
#include "os/superblock.h"

namespace launch {
namespace {

Result<Sort> sort_of(int mount, const std::string& shown) {
    struct stat found = {};
    if (::fstat(mount, &found) != 0) return Error::os(errno, "stat", shown);
    return S_ISDIR(found.st_mode) ? Sort::directory : Sort::file;
}

// Its root belongs to the WPAR's root unless the options say otherwise.
std::string options_of(const Mount& mount, const os::IdRange& owner) {
    if (mount.type != "tmpfs" || owner.first == 0) return mount.options;
    return cat("uid=", owner.first, ",gid=", owner.first, mount.options.empty() ? "" : ",",
               mount.options);
}

Result<UniqueFd> make_fresh(const Mount& mount, const os::IdRange& owner) {
    auto made = TRY(os::mount_detached({.type = mount.type,
                                        .source = mount.source.empty() ? mount.type : mount.source,
                                        .options = options_of(mount, owner),
                                        .attributes = mount.attributes | MOUNT_ATTR_NODEV}));
    if (mount.read_only)
        TRY(os::change_mount(made.get(), {.set = MOUNT_ATTR_RDONLY}, mount.target));
    return made;
}

Result<void> attach_checked(const Below& below, const Mount& mount) {
    TRY(check_target(mount.target));
    const bool bind = mount.kind == Mount::Kind::bind;
    const auto made =
        bind ? TRY(clone_shifted({.source = mount.source,
                                  .read_only = mount.read_only,
                                  .attributes = mount.attributes,
                                  .user_namespace = mount.idmap ? below.user_namespace : -1}))
             : TRY(make_fresh(mount, below.owner));
    const auto sort = TRY(sort_of(made.get(), mount.source));
    const auto target = TRY(open_target(below.root, below.storage, {mount.target, sort}));
    return os::attach_mount(made.get(), target.get(), mount.target);
}

}  // namespace

Result<UniqueFd> clone_shifted(const Shifted& wanted) {
    auto copy = TRY(os::clone_mount(wanted.source));
    // the global environment keeps a WPAR's file systems nosuid against its own users; inside,
    // set-user-ID must work
    const auto set =
        wanted.attributes | MOUNT_ATTR_NODEV | (wanted.read_only ? MOUNT_ATTR_RDONLY : 0);
    TRY(os::change_mount(copy.get(),
                         {.set = set,
                          .clear = MOUNT_ATTR_NOSUID & ~wanted.attributes,
                          .user_namespace = wanted.user_namespace},
                         wanted.source));
    return copy;
}

Result<void> attach(const Below& below, const Mount& mount) {
    return attach_checked(below, mount).within("mount '", mount.target, "'");
}

}  // namespace launch
