#include "launch/kernel_files.h"

#include <fcntl.h>
#include <sys/mount.h>

#include <array>
#include <optional>
#include <utility>

#include "os/mount.h"
#include "os/superblock.h"

namespace launch {
namespace {

// All of them are the machine's; most could not be written in a user namespace anyway, but could be
// read.
constexpr std::array hidden = {
    "proc/acpi",        "proc/asound",        "proc/kcore",
    "proc/keys",        "proc/kpagecgroup",   "proc/kpagecount",
    "proc/kpageflags",  "proc/latency_stats", "proc/sched_debug",
    "proc/scsi",        "proc/sysrq-trigger", "proc/timer_list",
    "proc/timer_stats", "sys/firmware",       "sys/devices/virtual/powercap",
};
constexpr std::array read_only = {"proc/bus", "proc/dynamic_debug", "proc/fs", "proc/irq",
                                  "proc/sys"};
constexpr auto network = "proc/sys/net";

constexpr auto sealed = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;

// Nothing when there is no such file.
Result<std::optional<UniqueFd>> find(const os::Dir& root, const char* path) {
    auto file = root.open_file({.path = path, .flags = O_PATH | O_NOFOLLOW, .in_root = true});
    if (file) return std::optional(std::move(*file));
    if (file.error().kind == Kind::missing) return std::optional<UniqueFd>();
    return file.error();
}

bool is_directory(int file) {
    struct stat found = {};
    return ::fstat(file, &found) == 0 && S_ISDIR(found.st_mode);
}

// An empty file and an empty directory; the first of each is sealed, the others are copies of it.
class Cover {
  public:
    explicit Cover(const os::Dir& root) : root_(root) {}
    Result<void> hide(int file, const char* path) {
        const bool directory = is_directory(file);
        auto& first = directory ? first_directory_ : first_file_;
        if (!first) {
            auto made = directory ? make_directory() : make_file();
            first = TRY(std::move(made));
        }
        if (!used(directory)) return os::attach_mount(first.get(), file, path);
        const auto copy = TRY(os::clone_mount(first.get(), path));
        return os::attach_mount(copy.get(), file, path);
    }

  private:
    Result<UniqueFd> make_file() const {
        const auto null = TRY(
            root_.open_file({.path = "dev/null", .flags = O_PATH | O_NOFOLLOW, .in_root = true}));
        auto cover = TRY(os::clone_mount(null.get(), "/dev/null"));
        TRY(os::change_mount(cover.get(), {.set = sealed}, "/dev/null"));
        return cover;
    }
    // ramfs has no size: df does not list it
    static Result<UniqueFd> make_directory() {
        return os::mount_detached({.type = "ramfs",
                                   .source = "none",
                                   .options = "mode=555",
                                   .attributes = sealed | MOUNT_ATTR_NODEV});
    }
    bool used(bool directory) { return std::exchange(used_[directory ? 1 : 0], true); }

    const os::Dir& root_;
    UniqueFd first_file_;
    UniqueFd first_directory_;
    bool used_[2] = {false, false};
};

Result<void> make_read_only(int file, const char* path) {
    const auto same = TRY(os::clone_mount(file, path));
    TRY(os::change_mount(same.get(), {.set = sealed | MOUNT_ATTR_NODEV}, path));
    return os::attach_mount(same.get(), file, path);
}

Result<UniqueFd> clone_of(const os::Dir& root, const char* path) {
    const auto file = TRY(find(root, path));
    if (!file) return UniqueFd();
    return os::clone_mount(file->get(), path);
}

Result<void> put_back(const os::Dir& root, const char* path, const UniqueFd& mount) {
    if (!mount) return {};
    const auto file = TRY(find(root, path));
    if (!file) return {};
    return os::attach_mount(mount.get(), file->get(), path);
}

}  // namespace

Result<void> cover_kernel_files(const os::Dir& root, const CoverWish& wish) {
    Cover cover(root);
    for (const auto* path : hidden) {
        const auto file = TRY(find(root, path));
        if (file) TRY(cover.hide(file->get(), path));
    }
    const auto own_network = wish.writable_network ? TRY(clone_of(root, network)) : UniqueFd();
    for (const auto* path : read_only) {
        const auto file = TRY(find(root, path));
        if (file) TRY(make_read_only(file->get(), path));
    }
    return put_back(root, network, own_network);
}

}  // namespace launch
