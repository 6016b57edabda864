#include "partition/sync_move.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <cerrno>
#include <cstdio>

#include "filesystem/durable.h"
#include "filesystem/overlay.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/delivered.h"
#include "partition/generations.h"
#include "partition/reverse.h"
#include "partition/storage.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "rootpart/tree.h"
#include "spec/generation.h"

namespace partition {
namespace {

using filesystem::FileSystem;

std::vector<FileSystem> views(const std::vector<FileSystem>& all) {
    auto found = all;
    std::erase_if(found, [](const FileSystem& one) {
        return one.type != filesystem::Type::overlay || !spec::generation_of(one.lower);
    });
    return found;
}

Error removed_inside(const std::string& path) {
    return {
        Kind::denied,
        cat("'", printable(path),
            "' was removed or replaced in the workload partition, which no other "
            "generation can show; its software is kept up to date inside, with apt-get upgrade")};
}

bool has_mark(const os::Dir& directory, const char* mark) {
    return ::fgetxattr(directory.fd(), mark, nullptr, 0) >= 0;
}

// Whiteouts, and directories that hide or borrow what lies below them, make sense over one tree only. The kernel marks
// every directory that is new as hiding, too; where `lower` has none there is nothing to hide.
Result<void> must_be_additions(const os::Dir& directory, const os::Dir& lower,
                               const std::string& shown) {
    if (has_mark(directory, "trusted.overlay.redirect")) return removed_inside(shown);
    if (lower && has_mark(directory, "trusted.overlay.opaque")) return removed_inside(shown);
    for (const auto& name : TRY(directory.entries())) {
        const auto path = cat(shown, "/", name);
        const auto found = TRY(directory.stat(name));
        if (S_ISCHR(found.st_mode) && found.st_rdev == 0) return removed_inside(path);
        if (!S_ISDIR(found.st_mode)) continue;
        const auto open = [&](const os::Dir& above) -> Result<os::Dir> {
            return os::Dir(
                TRY(above.open_file({.path = name, .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW})),
                path);
        };
        auto below = lower ? open(lower) : os::Dir();
        if (!below && below.error().kind == Kind::missing) below = os::Dir();
        if (!below) return removed_inside(path);  // it was no directory
        TRY(must_be_additions(TRY(open(directory)), *below, path));
    }
    return {};
}

Result<void> write_again(const FileSystem& old, const FileSystem& fresh) {
    const auto upper = TRY(os::Dir::open(filesystem::backing(old) + "/upper"));
    TRY(filesystem::create_overlay(fresh));
    const os::Dir view(TRY(filesystem::mount_overlay(fresh)), fresh.directory);
    return rootpart::copy_tree(upper, TRY(view.beneath(".")),
                               {.shown = old.directory, .stop = &os::interrupt_flag()});
}

Result<void> rename_store(const std::string& from, const std::string& to,
                          registry::Journal& journal) {
    TRY(journal.will(reverse::rename_back(to, from)));
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    return Error::os(errno, "rename", from);
}

}  // namespace

Result<spec::Definition> over_generation(const spec::Definition& definition, unsigned number) {
    auto after = definition;
    bool any = false;
    for (auto& mount : after.mounts) {
        if (mount.vfs != "overlay" || !spec::generation_of(mount.dev)) continue;
        mount.dev = spec::generation_dev(number);
        any = true;
    }
    if (any) return after;
    return Error{Kind::invalid, cat(definition.name(),
                                    " has no view over a generation (mkwpar -l), so -D has nothing "
                                    "to repair; software of its own is "
                                    "kept up to date inside, with: clogin ",
                                    definition.name(), " apt-get upgrade")};
}

Result<void> packages_must_be_as_delivered(const spec::Definition& definition,
                                           const std::string& level, const std::string& wanted) {
    const auto& name = definition.name();
    const auto now = rootpart::level_inside(TRY(os::Dir::open(definition.directory())));
    if (now == level || now == wanted) return {};
    return Error{Kind::denied,
                 cat("packages were installed, upgraded or removed in ", name,
                     ", and another generation would not have them: go on inside, with: clogin ",
                     name, " apt-get upgrade")};
}

Result<void> stores_must_be_additions(const spec::Definition& definition) {
    return with_generations(definition, [&]() -> Result<void> {
        for (const auto& old : views(TRY(file_systems(definition)))) {
            const auto upper = TRY(os::Dir::open(filesystem::backing(old) + "/upper"));
            const auto lower = TRY(os::Dir::open(old.device));
            TRY(must_be_additions(upper, lower, old.directory).within(old.directory));
        }
        return {};
    });
}

Result<void> move_stores(const spec::Definition& before, const spec::Definition& after,
                         registry::Journal& journal, const Observer& observer) {
    const auto folder = wanted_folder(before.name());
    TRY(os::make_dirs(folder + "/before", 0700));
    const auto old = views(TRY(file_systems(before)));
    auto fresh = views(TRY(file_systems(after)));
    TRY(with_generations(after, [&]() -> Result<void> {
        for (std::size_t i = 0; i < old.size(); ++i) {
            fresh[i].store = folder + "/after";
            TRY(write_again(old[i], fresh[i]).within(old[i].directory));
        }
        return {};
    }));
    TRY(filesystem::make_durable(before.directory(), registry::paths::images(before.name())));
    for (std::size_t i = 0; i < old.size(); ++i) {
        const auto live = filesystem::backing(old[i]);
        TRY(rename_store(live, cat(folder, "/before/", i), journal));
        TRY(rename_store(filesystem::backing(fresh[i]), live, journal));
    }
    TRY(journal.will(reverse::restore_definition(before)));
    TRY(registry::save(after));
    for (const auto& one : fresh)
        observer.tell(cat("syncroot: ", one.directory, " lies over ", one.lower, "."));
    return {};
}

}  // namespace partition
