#include "launch/tree.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>

#include "launch/nfs.h"
#include "launch/targets.h"
#include "os/acting.h"
#include "os/mount.h"
#include "os/overlay.h"
#include "os/superblock.h"

namespace launch {
namespace {}  // namespace

Result<Sort> sort_of(int mount, const std::string& shown) {
    struct stat found = {};
    if (::fstat(mount, &found) != 0) return Error::os(errno, "stat", shown);
    return S_ISDIR(found.st_mode) ? Sort::directory : Sort::file;
}

namespace {

// A tmpfs belongs to the WPAR's root unless the options say otherwise.
Result<std::string> options_of(const Mount& mount, const os::IdRange& owner) {
    if (is_nfs(mount.type)) return nfs_options(mount.source, mount.options);
    if (mount.type != "tmpfs" || owner.first == 0) return mount.options;
    return cat("uid=", owner.first, ",gid=", owner.first, mount.options.empty() ? "" : ",",
               mount.options);
}

Result<UniqueFd> make_fresh(const Mount& mount, const os::IdRange& owner) {
    const os::SuperblockCall call = {.type = mount.type,
                                     .source = mount.source.empty() ? mount.type : mount.source,
                                     .options = TRY(options_of(mount, owner)),
                                     .attributes = mount.attributes | MOUNT_ATTR_NODEV};
    auto made = TRY(is_nfs(mount.type) ? mount_nfs(call) : os::mount_detached(call));
    if (mount.read_only)
        TRY(os::change_mount(made.get(), {.set = MOUNT_ATTR_RDONLY}, mount.target));
    return made;
}

// In our private mount namespace it lies over its own source: overlayfs takes no layer that is attached to nothing. It
// has a copy of its own then, and the source is needed again: another mount may want it, or what lies below it.
class Layer {
  public:
    static Result<Layer> attach(const std::string& source, int user_namespace) {
        return attach(TRY(clone_shifted({.source = source, .user_namespace = user_namespace})),
                      source);
    }
    static Result<Layer> attach(UniqueFd mount, const std::string& point) {
        const auto over = TRY(os::Dir::open(point));
        TRY(os::attach_mount(mount.get(), over.fd(), point));
        return Layer(std::move(mount), point);
    }
    Layer(Layer&&) = default;
    Layer& operator=(Layer&&) = delete;
    ~Layer() {
        if (copy_) (void)::umount2(source_.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
    }
    int fd() const { return copy_.get(); }

  private:
    Layer(UniqueFd copy, std::string source) : copy_(std::move(copy)), source_(std::move(source)) {}
    UniqueFd copy_;
    std::string source_;
};

Result<Layer> attach_store(const Mount& mount, int user_namespace) {
    if (!mount.store_disk) return Layer::attach(mount.store, user_namespace);
    auto disk = TRY(mount.store_disk());
    TRY(os::change_mount(disk.get(), {.user_namespace = user_namespace}, mount.store));
    return Layer::attach(std::move(disk), mount.store);
}

// Only this overlay has a use for that mount, and the name on it is the kernel's to look up once.
Result<UniqueFd> open_store(const Mount& mount, const Layer& store) {
    const auto* name = mount.inner_store.empty() ? "." : mount.inner_store.c_str();
    UniqueFd opened(::openat(store.fd(), name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened) return Error::os(errno, "open", mount.store);
    return opened;
}

// The kernel writes to the store as whoever mounted it, who must therefore have ids in there: those of the WPAR's root.
Result<UniqueFd> make_overlay(const Mount& mount, const MakeWish& wish) {
    const auto lower = TRY(Layer::attach(mount.source, wish.user_namespace));
    const auto store = TRY(attach_store(mount, wish.user_namespace));
    const auto inner = TRY(open_store(mount, store));
    const auto acting = TRY(os::ActingAs::begin(wish.owner.first));
    auto attributes = mount.attributes | MOUNT_ATTR_NODEV;
    if (mount.read_only) attributes |= MOUNT_ATTR_RDONLY;
    return os::mount_overlay({.lower = lower.fd(),
                              .store = inner.get(),
                              .shown = mount.target,
                              .attributes = attributes});
}

Result<UniqueFd> make_mount(const Mount& mount, const MakeWish& wish) {
    TRY(check_target(mount.target));
    if (mount.kind == Mount::Kind::fresh) return make_fresh(mount, wish.owner);
    if (mount.kind == Mount::Kind::overlay) return make_overlay(mount, wish);
    return clone_shifted({.source = mount.source,
                          .beneath = mount.beneath,
                          .read_only = mount.read_only,
                          .attributes = mount.attributes,
                          .user_namespace = mount.idmap ? wish.user_namespace : -1});
}

// Whoever rules what lies between could turn the way elsewhere; a descriptor stays what it is.
Result<UniqueFd> clone_source(const Shifted& wanted) {
    if (wanted.beneath.empty()) return os::clone_mount(wanted.source);
    const auto top = TRY(os::Dir::open(wanted.beneath));
    const auto found =
        TRY(top.open_file({.path = cat(".", wanted.source.substr(wanted.beneath.size())),
                           .flags = O_PATH | O_DIRECTORY,
                           .in_root = true,
                           .no_symlinks = true}));
    return os::clone_mount(found.get(), wanted.source);
}

Result<void> attach_made(const Below& below, const Made& made) {
    const auto sort = TRY(sort_of(made.mount.get(), made.target));
    const auto target = TRY(open_target(below.root, below.storage, {made.target, sort}));
    return os::attach_mount(made.mount.get(), target.get(), made.target);
}

}  // namespace

Result<UniqueFd> clone_shifted(const Shifted& wanted) {
    auto copy = TRY(clone_source(wanted));
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

Result<Made> make(const Mount& mount, const MakeWish& wish) {
    auto made = make_mount(mount, wish).within("mount '", printable(mount.target), "'");
    if (!made) return made.error();
    return Made{mount.target, std::move(*made)};
}

Result<void> attach(const Below& below, const Made& made) {
    return attach_made(below, made).within("mount '", made.target, "'");
}

}  // namespace launch
