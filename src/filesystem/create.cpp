// Making and removing what an on-disk file system lives on.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/size.h"
#include "base/undo.h"
#include "filesystem/checks.h"
#include "filesystem/device.h"
#include "filesystem/file_system.h"
#include "filesystem/loop.h"
#include "filesystem/make.h"
#include "filesystem/overlay.h"
#include "filesystem/volume.h"
#include "os/dir.h"
#include "os/process.h"

namespace filesystem {
namespace {

std::string image_directory(const FileSystem& wanted) {
    return cat(wanted.store, "/", wanted.wpar);
}

Result<void> check_source(const FileSystem& wanted) {
    struct stat found = {};
    if (wanted.device.empty() || wanted.device.front() != '/')
        return Error{Kind::invalid, cat("dev='", printable(wanted.device),
                                        "' must be the full path of a directory")};
    if (::stat(wanted.device.c_str(), &found) != 0) return Error::os(errno, "dev", wanted.device);
    if (!S_ISDIR(found.st_mode))
        return Error{Kind::invalid, cat("dev='", printable(wanted.device), "' is not a directory")};
    return {};
}

Result<void> check_least(const FileSystem& wanted, std::uint64_t size) {
    if (size >= least_size(wanted.type)) return {};
    return Error{Kind::invalid,
                 cat("size ", show_size(size), " is too small for ", kernel_name(wanted.type),
                     ", which needs ", show_size(least_size(wanted.type)))};
}

// A device that the administrator names may hold somebody's data.
Result<void> check_empty_device(const FileSystem& wanted) {
    TRY(check_unused(wanted.device));
    TRY(check_least(wanted, TRY(device_size(wanted.device))));
    const auto content = TRY(content_of(wanted.device));
    if (content.type.empty()) return {};
    return Error{Kind::exists, cat("'", printable(wanted.device), "' holds data already (",
                                   printable(content.type), "); if it may go: wipefs -a ",
                                   shell_word(wanted.device), "; to use what is on it: mkwpar -p")};
}

Result<void> check_disk(const FileSystem& wanted) {
    TRY(check_maker(wanted.type));
    if (!wanted.device.empty()) return check_empty_device(wanted);
    TRY(check_size(wanted));
    if (!wanted.volume_group.empty()) return check_room(volume_of(wanted));
    if (os::exists(backing(wanted)))
        return Error{Kind::exists, cat("image '", backing(wanted), "' exists already")};
    return check_capacity(wanted.store, size_of(wanted));
}

// Where the image lies on btrfs, its blocks are written in place: copies on each write would only
// fragment it. Everywhere else the kernel refuses, and that is fine.
void write_in_place(int image) {
    int flags = 0;
    if (::ioctl(image, FS_IOC_GETFLAGS, &flags) != 0) return;
    flags |= FS_NOCOW_FL;
    (void)::ioctl(image, FS_IOC_SETFLAGS, &flags);
}

Result<void> make_image(const FileSystem& wanted) {
    const auto path = backing(wanted);
    TRY(os::make_dirs(image_directory(wanted), 0700));
    const UniqueFd image(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!image) return Error::os(errno, "create image", path);
    Undo undo;
    undo.add([&] { (void)::unlink(path.c_str()); });  // the first failure is what matters
    write_in_place(image.get());
    const auto size = size_of(wanted);
    if (::ftruncate(image.get(), static_cast<off_t>(size)) != 0)
        return Error::os(errno, "truncate image", path).within(cat("size ", size));
    TRY(make_file_system(wanted, {.path = path, .zeroed = true}));
    undo.keep();
    return {};
}

Result<void> make_on_volume(const FileSystem& wanted) {
    TRY(make_volume(volume_of(wanted)));
    Undo undo;
    undo.add([&] { (void)remove_volume(volume_of(wanted)); });  // the first failure is what matters
    TRY(make_file_system(wanted, {.path = backing(wanted)}));
    undo.keep();
    return {};
}

Result<void> remove_image(const FileSystem& wanted) {
    const auto path = backing(wanted);
    TRY(detach_loops(path));
    if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR)
        return Error::os(errno, "remove image", path);
    (void)::rmdir(image_directory(wanted).c_str());  // as long as others are in it, it stays
    return {};
}

Result<void> check_overlay(const FileSystem& wanted) {
    TRY(check_source(wanted));
    return check_store(wanted);
}

std::string subject(const FileSystem& wanted) {
    return cat("file system '", printable(wanted.directory), "'");
}

}  // namespace

Result<void> check_size(const FileSystem& wanted) {
    const auto size = size_of(wanted);
    TRY(check_least(wanted, size));
    if (size > static_cast<std::uint64_t>(INT64_MAX))
        return Error{Kind::invalid, cat("size ", size, " bytes is too large")};
    return {};
}

Result<void> check(const FileSystem& wanted) {
    if (wanted.directory.empty() || wanted.directory.front() != '/')
        return Error{Kind::invalid,
                     cat("mount point '", printable(wanted.directory), "' must be a full path")};
    if (wanted.type == Type::bind) return check_source(wanted).within(subject(wanted));
    if (wanted.type == Type::overlay) return check_overlay(wanted).within(subject(wanted));
    if (on_disk(wanted.type)) return check_disk(wanted).within(subject(wanted));
    return {};
}

Result<std::uint64_t> room_in(const FileSystem& wanted) {
    const auto size = wanted.device.empty() ? size_of(wanted) : TRY(device_size(wanted.device));
    const auto own = overhead(wanted.type, size);
    return size > own ? size - own : 0;
}

std::uint64_t size_for(const FileSystem& wanted, std::uint64_t bytes) {
    constexpr std::uint64_t step = std::uint64_t{16} << 20;
    auto size = std::max(least_size(wanted.type), (bytes / step + 1) * step);
    while (size - overhead(wanted.type, size) < bytes) size += step;
    return size;
}

Result<void> create(const FileSystem& wanted) {
    if (wanted.type == Type::overlay) return create_overlay(wanted).within(subject(wanted));
    if (!on_disk(wanted.type)) return {};
    if (!wanted.device.empty()) {
        TRY(check_empty_device(wanted).within(subject(wanted)));
        return make_file_system(wanted, {.path = wanted.device}).within(subject(wanted));
    }
    if (!wanted.volume_group.empty()) return make_on_volume(wanted).within(subject(wanted));
    return make_image(wanted).within(subject(wanted));
}

Result<void> remove(const FileSystem& wanted) {
    if (wanted.type == Type::overlay) {
        TRY(remove_overlay(wanted).within(subject(wanted)));
        (void)::rmdir(image_directory(wanted).c_str());  // as long as others are in it, it stays
        return {};
    }
    if (!on_disk(wanted.type) || !wanted.device.empty()) return {};
    if (is_image(wanted)) return remove_image(wanted).within(subject(wanted));
    return remove_volume(volume_of(wanted)).within(subject(wanted));
}

Result<void> forget(const FileSystem& wanted) {
    if (!on_disk(wanted.type) || wanted.device.empty() || !os::exists(wanted.device)) return {};
    const auto content = TRY(content_of(wanted.device).within(subject(wanted)));
    if (content.label != label_of(wanted)) return {};
    TRY(check_unused(wanted.device).within(subject(wanted)));
    return wipe(wanted.device).within(subject(wanted));
}

std::string missing_part(const FileSystem& wanted) {
    const auto disk = disk_of(wanted);
    return disk && !is_created(*disk) ? backing(*disk) : backing(wanted);
}

bool is_created(const FileSystem& wanted) {
    if (!is_made(wanted.type)) return true;
    if (wanted.type == Type::overlay) return is_overlay_created(wanted);
    if (!is_image(wanted) && wanted.device.empty()) return volume_exists(volume_of(wanted));
    return os::exists(backing(wanted));
}

}  // namespace filesystem
