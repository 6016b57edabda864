#include "partition/copies/restore_staged.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/undo.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/copies/backup_names.h"
#include "registry/paths.h"
#include "rootpart/copy.h"
#include "rootpart/inside.h"
#include "rootpart/tree.h"

namespace partition::copies {
namespace {

constexpr std::string_view stage_name = ".restwparfiles.";

using Names = std::vector<std::string>;

bool is_wanted(const std::string& path, const Names& wanted) {
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const auto& name) {
               return is_at_or_below(path, name);
           });
}

// A further name of a file needs the first one, whether that is wanted or not.
Result<Names> with_first_names(const std::vector<OpenedBackup>& chain, const Names& wanted) {
    if (wanted.empty()) return wanted;
    std::set<std::string> first;
    for (const auto& backup : chain)
        TRY(each_name(backup.manifest.get(), [&](const BackupName& name) {
            if (name.type == 'h' && is_wanted(name.path, wanted) && !is_wanted(name.to, wanted))
                first.insert(name.to);
            return Result<void>();
        }));
    auto all = wanted;
    all.insert(all.end(), first.begin(), first.end());
    return all;
}

// Only the last of a chain says what there is.
Result<RestoredFiles> foresee(const OpenedBackup& newest, const unpack::RestoreCall& call) {
    RestoredFiles found;
    std::set<std::string> seen;
    TRY(each_name(newest.manifest.get(), [&](const BackupName& name) {
        const bool other = std::any_of(call.skip.begin(), call.skip.end(), [&](const auto& place) {
            return name.path != place && is_at_or_below(name.path, place);
        });
        if (!other && is_wanted(name.path, call.only)) ++found.names;
        for (const auto& wished : call.only)
            if (is_at_or_below(name.path, wished)) seen.insert(wished);
        return Result<void>();
    }));
    for (const auto& wished : call.only)
        if (!seen.contains(wished)) found.missed.push_back(printable(wished));
    return found;
}

// Of a process that was killed.
Result<void> clear_leftovers(const os::Dir& store) {
    for (const auto& name : TRY(store.entries())) {
        if (!name.starts_with(stage_name)) continue;
        const auto owner = to_number(name.substr(stage_name.size()));
        if (owner && ::kill(static_cast<pid_t>(*owner), 0) != 0 && errno == ESRCH)
            TRY(store.remove(name));
    }
    return {};
}

Result<os::Dir> made_parent(const os::Dir& target, const std::string& path) {
    auto here = TRY(rootpart::directory_inside(target, "."));
    auto parts = split(path, '/');
    parts.pop_back();
    for (const auto& part : parts) {
        const auto made = here.make_dir(part, 0755);
        if (!made && made.error().kind != Kind::exists) return made.error();
        here = TRY(rootpart::directory_inside(here, part));
    }
    return here;
}

Result<void> make_way(const os::Dir& folder, const std::string& name, bool for_directory) {
    const auto there = folder.stat(name);
    if (!there && there.error().kind == Kind::missing) return {};
    if (!there) return there.error();
    return S_ISDIR(there->st_mode) == for_directory ? Result<void>() : folder.remove(name);
}

// Below two directories that become one.
Result<void> make_way_below(const os::Dir& stage, const os::Dir& target) {
    Names todo = {"."};
    while (!todo.empty()) {
        const auto path = std::move(todo.back());
        todo.pop_back();
        const auto to = rootpart::directory_inside(target, path);
        if (!to && to.error().kind == Kind::missing) continue;
        if (!to) return to.error();
        const auto from = TRY(rootpart::directory_inside(stage, path));
        for (const auto& name : TRY(from.entries())) {
            const bool directory = S_ISDIR(TRY(from.stat(name)).st_mode);
            TRY(make_way(*to, name, directory));
            if (directory) todo.push_back(cat(path, "/", name));
        }
    }
    return {};
}

Result<void> merge(const os::Dir& stage, const os::Dir& target, const std::string& shown) {
    TRY(make_way_below(stage, target));
    return rootpart::copy_tree(
        stage, target,
        {.shown = shown, .stop = &os::interrupt_flag(), .extent = rootpart::Extent::whole});
}

Result<void> put(const os::Dir& stage, const os::Dir& target, const std::string& path) {
    const auto slash = path.rfind('/');
    const auto name = path.substr(slash + 1);
    const auto above = slash == std::string::npos ? std::string(".") : path.substr(0, slash);
    const auto from = rootpart::directory_inside(stage, above);
    if (!from && from.error().kind == Kind::missing) return {};
    if (!from) return from.error();
    const auto found = from->stat(name);
    if (!found && found.error().kind == Kind::missing) return {};
    if (!found) return found.error();
    const auto to = TRY(made_parent(target, path));
    TRY(make_way(to, name, S_ISDIR(found->st_mode)));
    const rootpart::Pair pair = {from->fd(), to.fd(), name, cat("/", path),
                                 rootpart::Extent::whole};
    if (!S_ISDIR(found->st_mode)) {
        (void)TRY(rootpart::copy_entry(pair, *found));
        return {};
    }
    (void)TRY(rootpart::make_directory(pair));
    const auto inner = TRY(rootpart::directory_inside(*from, name));
    return merge(inner, TRY(rootpart::directory_inside(to, name)), pair.shown);
}

Result<void> put_all(const os::Dir& stage, const std::string& path, const Names& wanted) {
    const auto target = TRY(os::Dir::open(path));
    for (const auto& name : wanted) TRY(put(stage, target, name));
    if (!wanted.empty()) return {};
    return merge(stage, target, "");
}

}  // namespace

Result<RestoredFiles> restore_staged(const StagedRestore& wanted) {
    auto found = TRY(foresee(wanted.chain.back(), wanted.call));
    const std::string store(registry::paths::storage);
    TRY(os::make_dirs(store, 0700));
    const auto folder = TRY(os::Dir::open(store));
    TRY(clear_leftovers(folder));
    const auto name = cat(stage_name, ::getpid());
    TRY(folder.make_dir(name, 0700));
    Undo undo;
    undo.add([&] { (void)folder.remove(name); });  // the first failure is what matters
    auto call = wanted.call;
    call.only = TRY(with_first_names(wanted.chain, wanted.call.only));
    call.target = cat(store, "/", name);
    (void)TRY(unpack::restore(call, wanted.watch));
    TRY(put_all(TRY(os::Dir::open(call.target)), wanted.call.target, wanted.call.only));
    return found;
}

}  // namespace partition::copies
