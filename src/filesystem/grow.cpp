#include "filesystem/grow.h"

#include <endian.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/size.h"
#include "filesystem/attach.h"
#include "filesystem/checks.h"
#include "filesystem/device.h"
#include "filesystem/loop.h"
#include "filesystem/make.h"
#include "os/process.h"

namespace filesystem {
namespace {

// The kernel's fs/ext4/ext4.h and fs/xfs/libxfs/xfs_fs.h, which no header of Debian's kernel package brings.
constexpr unsigned long ext4_resize = _IOW('f', 16, __u64);
struct XfsGeometry {
    std::uint32_t block_size, rt_extent_size, group_blocks, groups, log_blocks, sector_size;
    std::uint32_t inode_size, most_inode_percent;
    std::uint64_t data_blocks, rt_blocks, rt_extents, log_start;
    unsigned char uuid[16];
    std::uint32_t stripe_unit, stripe_width;
    std::int32_t version;
    std::uint32_t flags, log_sector_size, rt_sector_size, directory_block_size;
};
struct XfsGrowth {
    std::uint64_t blocks;
    std::uint32_t most_inode_percent;
};
constexpr unsigned long xfs_geometry = _IOR('X', 100, XfsGeometry);
constexpr unsigned long xfs_grow = _IOW('X', 110, XfsGrowth);

Result<UniqueFd> open_top(const UniqueFd& mount) {
    UniqueFd top(::openat(mount.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top) return Error::os(errno, "open", "file system");
    return top;
}

Error cannot_grow(int number, const FileSystem& wanted) {
    return Error::os(number, "grow", backing(wanted));
}

Result<void> grow_ext4(int top, const FileSystem& wanted, std::uint64_t bytes) {
    struct statfs found = {};
    if (::fstatfs(top, &found) != 0) return cannot_grow(errno, wanted);
    const __u64 blocks = bytes / static_cast<std::uint64_t>(found.f_bsize);
    // a size that it has already is fine for it
    if (::ioctl(top, ext4_resize, &blocks) == 0) return {};
    return cannot_grow(errno, wanted);
}

Result<void> grow_xfs(int top, const FileSystem& wanted, std::uint64_t bytes) {
    XfsGeometry now = {};
    if (::ioctl(top, xfs_geometry, &now) != 0) return cannot_grow(errno, wanted);
    const XfsGrowth growth = {bytes / now.block_size, now.most_inode_percent};
    if (growth.blocks <= now.data_blocks || ::ioctl(top, xfs_grow, &growth) == 0) return {};
    return cannot_grow(errno, wanted);
}

Result<void> grow_btrfs(int top, const FileSystem& wanted) {
    btrfs_ioctl_vol_args whole = {};
    std::strcpy(whole.name, "max");
    if (::ioctl(top, BTRFS_IOC_RESIZE, &whole) == 0) return {};
    return cannot_grow(errno, wanted);
}

// The kernel grows ext4 for those alone who may exceed its limits.
bool may_grow_ext4() { return ::prctl(PR_CAPBSET_READ, CAP_SYS_RESOURCE, 0, 0, 0) == 1; }

Result<bool> is_in_use(const FileSystem& wanted) {
    const auto place = backing(wanted);
    if (is_image(wanted)) return !TRY(list_loops(place)).empty();
    const auto unused = check_unused(place);
    if (unused) return false;
    if (unused.error().kind == Kind::busy) return true;
    return unused.error();
}

Error is_read_only_now() {
    return {Kind::busy,
            "it is mounted read-only, and grows only when it can be written; stop the "
            "workload partition first"};
}

Error needs_rights() {
    return {Kind::denied,
            "to grow ext4 in use takes the capability CAP_SYS_RESOURCE, which root of this "
            "environment has not (a container?); stop the workload partition first"};
}

Result<void> grow_unused_ext4(const FileSystem& wanted) {
    const auto place = backing(wanted);
    const auto checked = TRY(os::run({.arguments = {"e2fsck", "-f", "-p", "--", place}}));
    constexpr int mended = 1;  // e2fsck(8), EXIT CODE
    if (checked.status > mended)
        return Error{Kind::other, cat("e2fsck '", place, "': ", trim(checked.output),
                                      "; mend it: e2fsck -f ", shell_word(place))};
    TRY(os::run_ok({.arguments = {"resize2fs", "--", place}}));
    return {};
}

Result<void> fill(const FileSystem& wanted) {
    if (wanted.type == Type::ext4 && !may_grow_ext4()) {
        if (TRY(is_in_use(wanted))) return needs_rights();
        return grow_unused_ext4(wanted);
    }
    const auto bytes = TRY(backing_size(wanted));
    const auto mount = mount_apart(wanted);
    if (!mount && mount.error().os_number == EBUSY) return is_read_only_now();
    if (!mount) return mount.error();
    const auto top = TRY(open_top(*mount));
    if (wanted.type == Type::ext4) return grow_ext4(top.get(), wanted, bytes);
    if (wanted.type == Type::xfs) return grow_xfs(top.get(), wanted, bytes);
    return grow_btrfs(top.get(), wanted);
}

// ext4's superblock, at 1024: the blocks' count in two halves, and their size. The kernel writes it when it is asked to sync.
Result<std::uint64_t> size_of_ext4(int top, const FileSystem& wanted) {
    constexpr off_t superblock = 1024;
    constexpr std::size_t count_low = 4, size_shift = 24, count_high = 0x150, needed = 0x154;
    unsigned char read[needed] = {};
    const UniqueFd device(::open(backing(wanted).c_str(), O_RDONLY | O_CLOEXEC));
    if (::syncfs(top) != 0 || !device ||
        ::pread(device.get(), read, needed, superblock) != static_cast<ssize_t>(needed))
        return Error::os(errno, "read", backing(wanted));
    const auto word = [&](std::size_t at) {
        std::uint32_t little = 0;
        std::memcpy(&little, read + at, sizeof little);
        return std::uint64_t{le32toh(little)};
    };
    return (word(count_low) | word(count_high) << 32U) << (10 + (word(size_shift) & 15));
}

Result<std::uint64_t> size_of_xfs(int top, const FileSystem& wanted) {
    XfsGeometry now = {};
    if (::ioctl(top, xfs_geometry, &now) != 0) return Error::os(errno, "size of", backing(wanted));
    return now.data_blocks * now.block_size;
}

Result<std::uint64_t> size_of_btrfs(int top, const FileSystem& wanted) {
    btrfs_ioctl_dev_info_args first = {};
    first.devid = 1;
    if (::ioctl(top, BTRFS_IOC_DEV_INFO, &first) != 0)
        return Error::os(errno, "size of", backing(wanted));
    return first.total_bytes;
}

Result<std::uint64_t> size_of_content(const FileSystem& wanted) {
    const auto mount = TRY(mount_apart(wanted));
    const auto top = TRY(open_top(mount));
    if (wanted.type == Type::ext4) return size_of_ext4(top.get(), wanted);
    if (wanted.type == Type::xfs) return size_of_xfs(top.get(), wanted);
    return size_of_btrfs(top.get(), wanted);
}

Result<std::uint64_t> image_size(const std::string& path) {
    struct stat found = {};
    if (::stat(path.c_str(), &found) != 0) return Error::os(errno, "image", path);
    return static_cast<std::uint64_t>(found.st_size);
}

Result<void> cut_image(const FileSystem& wanted) {
    const auto path = backing(wanted);
    if (::truncate(path.c_str(), static_cast<off_t>(wanted.size)) != 0)
        return Error::os(errno, "truncate image", path);
    return refresh_loops(path);
}

Error smaller(const FileSystem& wanted, std::uint64_t present) {
    return {Kind::invalid,
            cat("size=", show_size(wanted.size), " is smaller than it is now (", show_size(present),
                "); file systems only grow. To make one smaller, "
                "remove it with -K -M directory=",
                printable(wanted.directory), " and make it anew: what it holds is lost")};
}

Result<void> check_more(const FileSystem& wanted, std::uint64_t present) {
    if (is_image(wanted)) return check_capacity(wanted.store, wanted.size);
    auto volume = volume_of(wanted);
    volume.size = wanted.size - present;
    return check_room(volume);
}

}  // namespace

Result<std::uint64_t> backing_size(const FileSystem& wanted) {
    if (is_image(wanted)) return image_size(backing(wanted));
    if (!wanted.device.empty()) return device_size(wanted.device);
    return TRY(extent_of(volume_of(wanted))).bytes;
}

Result<void> check_growth(const FileSystem& wanted) {
    const auto check = [&]() -> Result<void> {
        if (!wanted.device.empty())
            return Error{Kind::invalid, "its device has the size it has; the file system fills it"};
        const auto present = TRY(backing_size(wanted));
        // a volume may be larger than was asked for, by less than an extent
        const auto more = is_image(wanted) ? 1 : TRY(extent_of(volume_of(wanted))).unit;
        if (wanted.size + more <= present) return smaller(wanted, present);
        if (wanted.type == Type::ext4 && !may_grow_ext4()) {
            TRY(need_program("resize2fs", "e2fsprogs"));
            if (TRY(is_in_use(wanted))) return needs_rights();
        }
        if (is_read_only(wanted) && TRY(is_in_use(wanted))) return is_read_only_now();
        return wanted.size <= present ? Result<void>() : check_more(wanted, present);
    };
    return check().within("file system '", printable(wanted.directory), "'");
}

Result<void> extend_backing(const FileSystem& wanted) {
    if (!is_image(wanted)) return extend_volume(volume_of(wanted));
    const auto path = backing(wanted);
    if (TRY(image_size(path)) >= wanted.size) return refresh_loops(path);
    return cut_image(wanted);
}

Result<void> reduce_backing(const FileSystem& wanted) {
    if (!is_image(wanted)) return reduce_volume(volume_of(wanted));
    if (TRY(image_size(backing(wanted))) <= wanted.size) return {};
    return cut_image(wanted);
}

bool is_unfilled(const FileSystem& wanted) {
    const auto unit =
        is_image(wanted) ? Result<Extent>(Extent{0, 1}) : extent_of(volume_of(wanted));
    const auto content = size_of_content(wanted);
    if (!unit || !content || unit->unit == 0) return false;
    return *content <= (wanted.size + unit->unit - 1) / unit->unit * unit->unit;
}

Result<void> fill_backing(const FileSystem& wanted) {
    return fill(wanted).within("file system '", printable(wanted.directory), "'");
}

}  // namespace filesystem
