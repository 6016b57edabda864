#include "partition/software/sync_move.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "filesystem/durable.h"
#include "filesystem/overlay.h"
#include "os/dir.h"
#include "partition/delivered.h"
#include "partition/generations.h"
#include "partition/reverse.h"
#include "partition/software/sync_store.h"
#include "partition/storage.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "spec/generation.h"

namespace partition::software {
namespace {

using filesystem::FileSystem;

std::vector<FileSystem> views(const std::vector<FileSystem>& all) {
    auto found = all;
    std::erase_if(found, [](const FileSystem& one) {
        return one.type != filesystem::Type::overlay || !spec::generation_of(one.lower);
    });
    return found;
}

std::string moving_path(const std::string& name) { return delivered_folder(name) + "/moving"; }

Result<os::Dir> upper_of(const FileSystem& one) {
    return TRY(filesystem::open_store(one)).beneath("upper");
}

StoreWalk walk_of(const Move& move, const os::Dir& upper, const os::Dir& lower,
                  const std::string& shown) {
    return {.upper = upper,
            .lower = lower,
            .shown = shown,
            .restore = move.restore,
            .is_own = [&](const std::string& path) { return move.own_paths.contains(path); }};
}

// A file system of a size holds both until the definition is changed.
Result<UniqueFd> mount_fresh(const FileSystem& fresh) {
    if (filesystem::disk_of(fresh)) return filesystem::mount_overlay_beside(fresh);
    TRY(filesystem::create_overlay(fresh));
    return filesystem::mount_overlay(fresh);
}

Result<void> make_durable(const os::Dir& top, const FileSystem& fresh) {
    if (!filesystem::disk_of(fresh) || ::syncfs(top.fd()) == 0) return {};
    return Error::os(errno, "syncfs", fresh.directory);
}

Error needs_room(Error error, const FileSystem& fresh) {
    if (error.kind != Kind::full || !filesystem::disk_of(fresh)) return error;
    error.text +=
        cat("; what was written is there twice while it moves: give it more room, with chwpar -M "
            "directory=",
            fresh.directory, " size=... ", fresh.wpar);
    return error;
}

// On such a file system a store is called after the tree that it lies over.
Result<void> must_have_place(const FileSystem& old, const FileSystem& fresh) {
    if (!filesystem::disk_of(fresh) || old.lower != fresh.lower) return {};
    return Error{
        Kind::unsupported,
        cat("what was written to ", old.directory,
            " has a file system of its own (size=), on which it cannot be brought back over the "
            "same generation; let it move to a new one: corral generation create -f, then "
            "syncwpar -D -F ",
            fresh.wpar)};
}

// Only what the WPAR's own packages changed and what somebody changed by hand is carried over.
Result<void> write_again(const Move& move, const FileSystem& old, const FileSystem& fresh) {
    const auto upper = TRY(upper_of(old));
    const auto lower = TRY(os::Dir::open(fresh.device));
    const auto walk = walk_of(move, upper, lower, old.directory);
    const auto plan = TRY(plan_store(walk));
    os::Dir seen;
    if (!plan.wholes.empty()) seen = os::Dir(TRY(filesystem::mount_overlay(old)), old.directory);
    const os::Dir view(TRY(mount_fresh(fresh)), fresh.directory);
    const auto top = TRY(view.beneath("."));
    const auto carried = carry_store(plan, walk, seen, top);
    if (!carried) return needs_room(carried.error(), fresh);
    return make_durable(top, fresh);
}

std::string list_of(const std::vector<std::string>& all) {
    constexpr std::size_t most = 5;
    std::vector<std::string> few(
        all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), most)));
    for (auto& one : few) one = printable(one);
    return cat(join(few, "; "),
               all.size() > most ? cat("; and ", all.size() - most, " more") : std::string());
}

Result<void> rename_store(const std::string& from, const std::string& to,
                          registry::Journal& journal) {
    TRY(journal.will(reverse::rename_back(to, from)));
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    return Error::os(errno, "rename", from);
}

struct Replacing {
    FileSystem old = {};
    FileSystem fresh = {};
    std::string aside = {};
};
Result<void> replace_store(const spec::Definition& before, const Replacing& what,
                           registry::Journal& journal) {
    if (filesystem::disk_of(what.fresh)) {
        TRY(journal.will(reverse::write_lower(before, what.old.directory)));
        return filesystem::write_lower(what.fresh);
    }
    const auto live = filesystem::backing(what.old);
    TRY(rename_store(live, what.aside, journal));
    return rename_store(filesystem::backing(what.fresh), live, journal);
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

Result<rootpart::Versions> packages_before(const spec::Definition& definition) {
    constexpr std::size_t limit = 16 << 20;
    const auto begun = os::read_file(moving_path(definition.name()), limit);
    if (begun) return rootpart::parse_versions(*begun);
    return rootpart::versions_of(TRY(rootpart::read_status(TRY(open_source(definition)))));
}

Result<rootpart::PackageMerge> merge_with(const rootpart::Versions& before, const std::string& name,
                                          const os::Dir& source, const os::Dir& target) {
    const auto inside = TRY(rootpart::status_inside(target).within("package database of ", name));
    auto merge = rootpart::merge_packages(before, inside, TRY(rootpart::read_status(source)));
    if (merge.clashes.empty()) return merge;
    return Error{Kind::denied,
                 cat("packages that were installed, upgraded or removed in ", name,
                     " do not go with what the generation brings: ", list_of(merge.clashes),
                     "; settle that inside first, with: clogin ", name,
                     " apt-get (install, upgrade or remove)")};
}

Result<std::vector<rootpart::Change>> survey_stores(const Move& move) {
    std::vector<rootpart::Change> changes;
    for (const auto& old : views(TRY(file_systems(move.before)))) {
        const auto upper = TRY(upper_of(old));
        const auto lower = TRY(move.source.beneath(old.directory.substr(1)));
        auto plan = TRY(plan_store(walk_of(move, upper, lower, old.directory)));
        for (auto& change : plan.changes) changes.push_back(std::move(change));
    }
    return changes;
}

Result<void> move_stores(const Move& move, const spec::Definition& after,
                         registry::Journal& journal, const Observer& observer) {
    const auto& before = move.before;
    const auto folder = wanted_folder(before.name());
    const auto old = views(TRY(file_systems(before)));
    auto fresh = views(TRY(file_systems(after)));
    for (std::size_t i = 0; i < old.size(); ++i) TRY(must_have_place(old[i], fresh[i]));
    const auto versions = TRY(packages_before(before));
    TRY(make_delivered_folder(before.name()));  // none after mkwpar -p
    TRY(os::replace_file({moving_path(before.name()), rootpart::versions_text(versions), 0600}));
    TRY(os::make_dirs(folder + "/before", 0700));
    auto both =
        after;  // a directory that was renamed is read through the view over the tree from before
    both.mounts.insert(both.mounts.end(), before.mounts.begin(), before.mounts.end());
    TRY(with_generations(both, [&]() -> Result<void> {
        for (std::size_t i = 0; i < old.size(); ++i) {
            if (!filesystem::disk_of(fresh[i])) fresh[i].store = folder + "/after";
            TRY(write_again(move, old[i], fresh[i]).within(old[i].directory));
        }
        return {};
    }));
    TRY(filesystem::make_durable(before.directory(), registry::paths::images(before.name())));
    for (std::size_t i = 0; i < old.size(); ++i)
        TRY(replace_store(before, {old[i], fresh[i], cat(folder, "/before/", i)}, journal));
    TRY(journal.will(reverse::restore_definition(before)));
    TRY(registry::save(after));
    for (const auto& one : fresh)
        observer.tell(cat("syncroot: ", one.directory, " lies over ", one.lower, "."));
    return {};
}

Result<void> finish_move(const std::string& name) {
    if (::unlink(moving_path(name).c_str()) == 0 || errno == ENOENT) return {};
    return Error::os(errno, "remove", moving_path(name));
}

}  // namespace partition::software
