#include "launch/kernel_files.h"

#include <fcntl.h>
#include <sys/mount.h>

#include <array>
#include <cerrno>

#include "os/mount.h"
#include "os/superblock.h"

namespace launch {
namespace {

// All of them are the machine's; in a user namespace most could not be written, but could be read.
// What every kernel has stands last: a cover that is left over makes the kernel wait for all
// processors, which costs as much as all the others together.
constexpr std::array hidden_files = {"kcore",       "latency_stats", "sched_debug", "sysrq-trigger",
                                     "timer_stats", "kpagecgroup",   "kpagecount",  "kpageflags",
                                     "timer_list",  "keys"};
constexpr std::array hidden_in_proc = {"acpi", "asound", "scsi"};
constexpr std::array hidden_in_sys = {"devices/virtual/powercap", "firmware"};
// mount(8) inside would call a loop device by the path of its image in the global environment, lsblk(8) list all disks
constexpr std::array disks = {"devices/virtual/block", "block", "class/block", "dev/block"};
constexpr std::array read_only = {"bus", "dynamic_debug", "fs", "irq", "sys"};
constexpr auto network = "sys/net";

constexpr auto sealed = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;

// Below the root of a proc or sysfs that was mounted just now all names are the kernel's: nobody can have put a link there.
Result<bool> put_on(int mount, int kernel_root, const char* name) {
    if (::move_mount(mount, "", kernel_root, name, MOVE_MOUNT_F_EMPTY_PATH) == 0) return true;
    if (errno == ENOENT) return false;
    return Error::os(errno, "cover", name);
}

// Covers of one kind: the first is made, the others are copies of it. One that found no place waits for the next.
class Covers {
  public:
    explicit Covers(UniqueFd first) : ready_(std::move(first)) {}
    Result<void> put(int kernel_root, const char* name) {
        if (!ready_) ready_ = TRY(os::clone_mount(used_.get(), name));
        if (TRY(put_on(ready_.get(), kernel_root, name))) used_ = std::exchange(ready_, UniqueFd());
        return {};
    }

  private:
    UniqueFd ready_;
    UniqueFd used_;
};

Result<UniqueFd> empty_file(const os::Dir& root) {
    const auto null =
        TRY(root.open_file({.path = "dev/null", .flags = O_PATH | O_NOFOLLOW, .in_root = true}));
    auto cover = TRY(os::clone_mount(null.get(), "/dev/null"));
    TRY(os::change_mount(cover.get(), {.set = sealed}, "/dev/null"));
    return cover;
}

Result<void> hide(const os::Dir& root, int proc, int sys, const CoverWish& wish) {
    Covers files(TRY(empty_file(root)));
    for (const auto* name : hidden_files) TRY(files.put(proc, name));
    Covers directories(TRY(empty_directory_cover()));
    for (const auto* name : hidden_in_proc) TRY(directories.put(proc, name));
    for (const auto* name : hidden_in_sys) TRY(directories.put(sys, name));
    if (!wish.no_disks) return {};
    for (const auto* name : disks) TRY(directories.put(sys, name));
    return {};
}

// Nothing when this kernel has no such directory.
Result<UniqueFd> clone_of(int proc, const char* name) {
    UniqueFd copy(::open_tree(proc, name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
    if (!copy && errno != ENOENT) return Error::os(errno, "open_tree", name);
    return copy;
}

Result<void> make_read_only(int proc, const char* name) {
    const auto same = TRY(clone_of(proc, name));
    if (!same) return {};
    TRY(os::change_mount(same.get(), {.set = sealed | MOUNT_ATTR_NODEV}, name));
    TRY(put_on(same.get(), proc, name));
    return {};
}

Result<UniqueFd> open_root(const os::Dir& root, const char* path) {
    return root.open_file({.path = path, .flags = O_PATH | O_DIRECTORY, .in_root = true});
}

}  // namespace

Result<UniqueFd> empty_directory_cover() {
    return os::mount_detached({.type = "ramfs",
                               .source = "none",
                               .options = "mode=555",
                               .attributes = sealed | MOUNT_ATTR_NODEV});
}

Result<void> cover_kernel_files(const os::Dir& root, const CoverWish& wish) {
    const auto proc = TRY(open_root(root, "proc"));
    const auto sys = TRY(open_root(root, "sys"));
    TRY(hide(root, proc.get(), sys.get(), wish));
    const auto own_network =
        wish.writable_network ? TRY(clone_of(proc.get(), network)) : UniqueFd();
    for (const auto* name : read_only) TRY(make_read_only(proc.get(), name));
    if (own_network) TRY(put_on(own_network.get(), proc.get(), network));
    return {};
}

}  // namespace launch
