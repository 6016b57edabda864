#include "partition/copies/restore_views.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <thread>

#include "base/size.h"
#include "filesystem/attach.h"
#include "filesystem/overlay.h"
#include "generation/store.h"
#include "os/interrupt.h"
#include "os/mount_table.h"
#include "partition/generation_digest.h"
#include "partition/generations.h"
#include "partition/software/tree_difference.h"
#include "partition/storage.h"
#include "rootpart/inside.h"
#include "rootpart/tree.h"
#include "spec/defaults.h"
#include "spec/generation.h"

namespace partition::copies {
namespace {

using filesystem::FileSystem;

const spec::Mount* same_place(const spec::Definition* definition, const spec::Mount& mount) {
    return definition == nullptr ? nullptr : find_mount(*definition, mount.directory);
}

// The same tree first, then one with the same packages: what differs goes into the view.
std::optional<unsigned> fitting_number(const BackupRecord::Generation& was,
                                       const std::vector<generation::Record>& here) {
    for (const auto member :
         {&generation::Record::content_digest, &generation::Record::package_digest}) {
        const auto& wanted =
            member == &generation::Record::content_digest ? was.content : was.packages;
        for (const auto& one : here)  // the newest first
            if (!wanted.empty() && one.*member == wanted) return one.number;
    }
    return std::nullopt;
}

Result<std::vector<generation::Record>> records_here() {
    std::vector<generation::Record> records;
    for (const auto number : TRY(generation::numbers(generation_site()))) {
        auto record = generation::load(generation_site(), number);
        if (record) records.push_back(*std::move(record));  // else it was removed meanwhile
    }
    std::reverse(records.begin(), records.end());
    return records;
}

// Which generation here has what that one had; one that has yet to be made counts, too.
Result<std::optional<unsigned>> fitting(const BackupRecord& record, unsigned number) {
    const auto was = std::find_if(record.generations.begin(), record.generations.end(),
                                  [&](const auto& one) { return one.number == number; });
    if (was == record.generations.end()) return std::optional<unsigned>();
    if (const auto found = fitting_number(*was, TRY(records_here()))) return found;
    const auto live = TRY(digest_software(TRY(os::Dir::open("/"))));
    if (!was->packages.empty() && live.packages == was->packages)
        return std::optional(spec::newest_generation);
    return std::optional<unsigned>();
}

std::string shown_limit(const spec::Mount& mount) {
    return mount.size.empty() ? std::string()
                              : cat(" and without its limit (size=", printable(mount.size), ")");
}

std::string became_directory(const spec::Mount& mount) {
    const auto size = mount.size.empty() ? std::string() : cat(" size=", printable(mount.size));
    return cat(
        "'", printable(mount.directory), "' was a view over ", printable(mount.dev),
        ", and nothing here has the same software: it becomes a directory of its own, whole",
        shown_limit(mount), "; for a view over what is here, which takes what differs: -M \"",
        "-M directory=", printable(mount.directory), " vfs=overlay dev=generation", size, "\"");
}

std::string became_live(const spec::Mount& mount) {
    return cat("'", printable(mount.directory), "' was shared from ", printable(mount.dev),
               ", and nothing here has the same software: it is shared with the global "
               "environment");
}

void put_view(spec::Mount& mount, const std::optional<unsigned>& number,
              std::vector<std::string>& told) {
    if (number) {
        mount.dev = spec::generation_dev(*number);
        return;
    }
    told.push_back(became_directory(mount));
    mount = {.directory = mount.directory, .vfs = "directory"};
}

void put_shared(spec::Mount& mount, const std::optional<unsigned>& number,
                std::vector<std::string>& told) {
    if (number) {
        mount.dev = spec::generation_dev(*number);
        return;
    }
    told.push_back(became_live(mount));
    mount.dev = mount.directory;
    mount.mountopts = "ro";
}

std::vector<FileSystem> views_of(const std::vector<FileSystem>& all) {
    auto views = all;
    std::erase_if(views,
                  [](const FileSystem& one) { return one.type != filesystem::Type::overlay; });
    return views;
}

Result<os::Dir> mount_point(const spec::Definition& definition, const FileSystem& view) {
    const auto base = TRY(os::Dir::open(definition.directory()));
    return rootpart::directory_inside(base, view.directory.substr(1));
}

Error too_small(Error error, const FileSystem& view) {
    if (error.kind != Kind::full || view.size == 0) return error;
    error.text = cat(
        "what differs from ", view.lower, " does not fit into size=", show_size(view.size),
        "; give more with: -M \"-M directory=", view.directory, " size=SIZE\" (", error.text, ")");
    return error;
}

Result<void> write_differences(const os::Dir& restored, const os::Dir& view,
                               const software::TreeDifference& difference,
                               const std::string& shown) {
    for (const auto& path : difference.removals) {
        const auto slash = path.rfind('/');
        const auto folder = slash == std::string::npos ? "." : path.substr(0, slash);
        TRY(TRY(rootpart::directory_inside(view, folder)).remove(path.substr(slash + 1)));
    }
    return rootpart::copy_tree(restored, view,
                               {.shown = shown,
                                .stop = &os::interrupt_flag(),
                                .threads = std::max(1U, std::thread::hardware_concurrency()),
                                .extent = rootpart::Extent::whole,
                                .skips = [&](const std::string& path) {
                                    return std::binary_search(difference.same.begin(),
                                                              difference.same.end(), path);
                                }});
}

Result<void> fill_view(const spec::Definition& definition, const FileSystem& view) {
    const auto restored = TRY(mount_point(definition, view));
    const os::Dir lower = TRY(os::Dir::open(view.device));
    const auto difference = TRY(software::compare_trees(restored, lower));
    const os::Dir mounted(TRY(filesystem::mount_overlay(view)), view.directory);
    const auto top = TRY(mounted.beneath("."));
    const auto written = write_differences(restored, top, difference, view.directory);
    if (!written) return too_small(written.error(), view);
    // what is on a disk of its own is mounted for as long as we hold it; all else is made durable with the rest
    if (filesystem::disk_of(view) && ::syncfs(top.fd()) != 0)
        return too_small(Error::os(errno, "sync", view.directory), view);
    return {};
}

// An image gives back the room that what was unpacked took in it; whoever cannot has it for later.
void trim(const os::Dir& root) {
    fstrim_range all = {.start = 0, .len = UINT64_MAX, .minlen = 0};
    (void)::ioctl(root.fd(), FITRIM, &all);
}

}  // namespace

Result<std::vector<std::string>> settle_views(spec::Definition& wanted, const OpenedBackup& backup,
                                              const spec::Definition* present) {
    std::vector<std::string> told;
    const auto had = spec::with_default_mounts(backup.definition);
    for (auto& mount : wanted.mounts) {
        const bool view = mount.vfs == "overlay";
        const auto number = spec::generation_of(mount.dev);
        const auto* before = same_place(&had, mount);
        const auto* now = same_place(present, mount);
        if ((!view && !number) || before == nullptr || before->dev != mount.dev) continue;
        if (!number && now != nullptr && now->dev == mount.dev && now->vfs == mount.vfs) continue;
        const auto found = number ? TRY(fitting(backup.record, *number)) : std::nullopt;
        if (view)
            put_view(mount, found, told);
        else
            put_shared(mount, found, told);
    }
    return told;
}

spec::Definition without_views(const spec::Definition& definition) {
    auto plain = definition;
    for (auto& mount : plain.mounts)
        if (mount.vfs == "overlay") mount = {.directory = mount.directory, .vfs = "directory"};
    return plain;
}

Result<void> fill_views(const spec::Definition& definition) {
    return with_generations(definition, [&]() -> Result<void> {
        for (const auto& view : views_of(TRY(file_systems(definition))))
            TRY(fill_view(definition, view).within("-M directory=", view.directory));
        return {};
    });
}

Result<void> empty_mount_points(const spec::Definition& definition) {
    const auto all = TRY(file_systems(definition));
    for (const auto& view : views_of(all)) {
        for (auto inner = all.rbegin(); inner != all.rend(); ++inner)  // the deepest comes last
            if (inner->directory != view.directory &&
                os::is_below(inner->directory, view.directory))
                TRY(filesystem::unmount_in(definition.directory(), inner->directory));
        const auto point = TRY(mount_point(definition, view));
        for (const auto& name : TRY(point.entries())) TRY(point.remove(name));
    }
    return {};
}

Result<void> give_back_room(const spec::Definition& definition) {
    if (!views_of(TRY(file_systems(definition))).empty() && TRY(own_file_system(definition, "/")))
        trim(TRY(os::Dir::open(definition.directory())));
    return {};
}

}  // namespace partition::copies
