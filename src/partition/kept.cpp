#include "partition/kept.h"

#include <algorithm>

#include "base/size.h"
#include "filesystem/device.h"
#include "filesystem/grow.h"
#include "filesystem/overlay.h"
#include "os/dir.h"
#include "partition/sharing.h"
#include "partition/storage.h"
#include "registry/paths.h"

namespace partition {
namespace {

using filesystem::FileSystem;

Error was_kept_as(const FileSystem& wanted, std::string_view what, std::string_view remedy) {
    return {Kind::invalid, cat("-p: file system ", printable(wanted.directory), " was kept ", what,
                               "; give -M directory=", printable(wanted.directory), " ", remedy)};
}

Result<void> check_type(const FileSystem& wanted) {
    const auto content = TRY(filesystem::content_of(filesystem::backing(wanted)));
    if (content.type == filesystem::kernel_name(wanted.type)) return {};
    if (content.type.empty())
        return Error{Kind::invalid, cat("-p: '", filesystem::backing(wanted),
                                        "' holds no file system; leave out -p to make one")};
    return was_kept_as(wanted, cat("as ", printable(content.type)),
                       cat("vfs=", printable(content.type)));
}

Result<void> check_kept_size(const FileSystem& wanted) {
    if (!wanted.device.empty() || wanted.size == 0) return {};
    const auto present = TRY(filesystem::backing_size(wanted));
    const bool image = filesystem::is_image(wanted);
    const auto unit = image ? 1 : TRY(filesystem::extent_of(filesystem::volume_of(wanted))).unit;
    if (present >= wanted.size && present < wanted.size + unit) return {};
    return was_kept_as(wanted, cat("with size=", show_size(present)),
                       cat("size=", show_size(present), "; chwpar makes it larger"));
}

// With a size it is laid out differently.
Result<void> check_kept_store(const FileSystem& wanted) {
    if (wanted.type != filesystem::Type::overlay || !os::exists(filesystem::backing(wanted)))
        return {};
    const auto lower = TRY(filesystem::lower_of_overlay(wanted));
    if (lower != wanted.lower)
        return was_kept_as(wanted, cat("as it was written over ", printable(lower)),
                           cat("vfs=overlay dev=", printable(lower)));
    const bool sized = os::exists(filesystem::disk_point(wanted));
    if (sized == filesystem::disk_of(wanted).has_value()) return {};
    return was_kept_as(wanted, sized ? "with a size" : "without a size",
                       sized ? "the size= it had, and vg= if it had one" : "no size=");
}

Result<void> check_one(const FileSystem& wanted) {
    if (wanted.type == filesystem::Type::bind) return check_shared(wanted);
    if (!filesystem::is_made(wanted.type)) return {};
    TRY(check_kept_store(wanted));
    if (!filesystem::is_created(wanted))
        return Error{Kind::missing, cat("-p: file system ", wanted.directory, " was not kept: '",
                                        filesystem::missing_part(wanted), "' does not exist")};
    const auto disk = filesystem::disk_of(wanted);
    if (!disk) return {};
    TRY(check_device_owner(*disk));
    if (!disk->device.empty()) TRY(filesystem::check_unused(disk->device));
    TRY(check_type(*disk));
    return check_kept_size(*disk);
}

// An image that no definition names would be forgotten, and be in the way later.
Result<void> check_images(const std::string& name, const std::vector<FileSystem>& wanted) {
    const auto folder = registry::paths::images(name);
    if (!os::exists(folder)) return {};
    const auto images = TRY(os::Dir::open(folder));
    for (const auto& image : TRY(images.entries())) {
        const auto path = cat(folder, "/", image);
        const bool named = std::any_of(wanted.begin(), wanted.end(), [&](const FileSystem& one) {
            const auto disk = filesystem::disk_of(one);
            return disk && filesystem::backing(*disk) == path;
        });
        if (!named && image.ends_with(".img"))
            return Error{Kind::invalid, cat("-p: '", path,
                                            "' was kept too, and no -M says where it belongs; "
                                            "give its directory, vfs and size, or remove it")};
    }
    return {};
}

}  // namespace

Result<void> check_kept(const spec::Definition& definition) {
    const auto all = TRY(file_systems(definition));
    TRY(check_images(definition.name(), all));
    for (const auto& wanted : all) TRY(check_one(wanted));
    return {};
}

}  // namespace partition
