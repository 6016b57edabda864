#include "partition/copies/restore_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "os/dir.h"
#include "os/interrupt.h"
#include "os/mount_table.h"
#include "os/real_path.h"
#include "partition/copies/backup_names.h"
#include "partition/copies/backup_shared.h"
#include "partition/copies/backup_source.h"
#include "partition/copies/restore_staged.h"
#include "partition/storage.h"
#include "registry/ids.h"
#include "registry/lock.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition::copies {
namespace {

// Nobody's: what is restored beside belongs to no WPAR that runs, and on disk ids are plain.
constexpr std::uint32_t spare_ids = 0x7fff0000;

// Its programs would become those of the machine; a part of it (-d /srv) is the administrator's choice.
Result<std::string> target_of(const std::string& directory) {
    auto path = TRY(os::real_path(directory));
    struct stat found = {};
    struct stat root = {};
    if (::stat(path.c_str(), &found) != 0 || ::stat("/", &root) != 0)
        return Error::os(errno, "stat", path);
    if (!S_ISDIR(found.st_mode)) return Error{Kind::invalid, cat("'", path, "' is no directory")};
    if (found.st_dev == root.st_dev && found.st_ino == root.st_ino)
        return Error{Kind::denied,
                     "files of a workload partition are not restored over the global "
                     "environment's own: choose another directory with -d"};
    return path;
}

// Of the WPAR whose base directory it is, or lies in.
std::optional<spec::Definition> wpar_at(const std::string& path) {
    const auto names = registry::names();
    if (!names) return std::nullopt;
    for (const auto& name : *names) {
        auto definition = registry::load(name);
        if (!definition || !definition->system()) continue;
        const auto base = definition->directory();
        if (path == base || os::is_below(path, base)) return *std::move(definition);
    }
    return std::nullopt;
}

// Below an empty mount point nobody would find it.
Result<void> must_be_mounted(const spec::Definition& definition) {
    if (registry::alive(definition.name()).any()) return {};
    for (const auto& one : TRY(file_systems(definition)))
        if (filesystem::is_made(one.type))
            return Error{Kind::busy, cat("file system '", one.directory, "' of workload partition ",
                                         definition.name(),
                                         " is mounted only while that is loaded; load it "
                                         "first with: startwpar -m ",
                                         definition.name())};
    return {};
}

Result<void> write_front(const os::Dir& target, const OpenedBackup& backup,
                         const Observer& observer) {
    const auto made = target.make_dir(".savewpar_dir", 0700);
    if (!made && made.error().kind != Kind::exists) return made.error();
    const os::Dir folder(TRY(target.open_file({.path = ".savewpar_dir",
                                               .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                               .no_symlinks = true})),
                         ".savewpar_dir");
    for (const auto& [name, text] : {std::pair("wpar.spec", &backup.said.spec),
                                     {"image.data", &backup.said.image_data},
                                     {"backup.data", &backup.said.backup_data}}) {
        TRY(folder.remove(name));
        const UniqueFd file(::openat(folder.fd(), name,
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file) return Error::os(errno, "create", name);
        if (::write(file.get(), text->data(), text->size()) != static_cast<ssize_t>(text->size()))
            return Error::os(errno == 0 ? ENOSPC : errno, "write", name);
    }
    for (const auto& line : front_lines(backup)) observer.tell(line);
    return {};
}

std::vector<std::string> wanted_names(const std::vector<std::string>& names) {
    std::vector<std::string> wanted;
    for (auto name : names) {
        while (name.starts_with("./")) name.erase(0, 2);
        while (name.starts_with('/')) name.erase(0, 1);
        while (name.ends_with('/')) name.pop_back();
        if (!name.empty() && name != ".") wanted.push_back(std::move(name));
    }
    return wanted;
}

// Below these mount points nobody would find what is written now, and what is mounted there is not the WPAR's alone.
Result<std::vector<std::string>> places_to_skip(const spec::Definition& owner,
                                                const std::string& path) {
    const auto base = TRY(os::real_path(owner.directory()));
    auto places = places_of_others(owner);
    for (const auto& place : places)
        if (os::is_below(path, cat(base, "/", place)))
            return Error{Kind::busy,
                         cat("'", path, "' is where ", owner.name(), " has '/", printable(place),
                             "', which is not its own; choose another directory with -d, and copy "
                             "from there what is wanted")};
    if (path != base) places.clear();
    return places;
}

void tell_skipped(const std::vector<std::string>& skip, const std::vector<std::string>& names,
                  const Observer& observer) {
    for (const auto& place : skip)
        for (const auto& name : names)
            if (name != place && is_at_or_below(name, place))
                observer.tell_warning(cat("'", printable(name), "' is not restored: '/",
                                          printable(place),
                                          "' is not the workload partition's own; take it out "
                                          "with another directory (-d), and copy from there"));
}

Result<RestoredFiles> unpack_into(const unpack::RestoreCall& restore,
                                  const std::vector<OpenedBackup>& chain,
                                  const Observer& observer) {
    const unpack::BackupWatch watch{.progress = [&](std::uint64_t names, std::uint64_t bytes) {
        observer.tell_progress(cat(names, " files, ", bytes >> 20, " MB"));
    }};
    if (chain.size() > 1) return restore_staged({chain, restore, watch});
    const auto done = TRY(unpack::restore(restore, watch));
    if (done.left_out > 0)
        observer.tell_warning(cat(done.left_out, " files were left out: device nodes"));
    return RestoredFiles{done.names, done.missed};
}

// What it adds to may be named, too.
void tell_unchanged(const OpenedBackup& first, const Observer& observer) {
    if (first.said.unchanged == 0) return;
    observer.tell_warning(cat("files that did not change since the backup with digest ",
                              printable(first.record.base),
                              " lie in that one, and were not restored; give it first, with an -f "
                              "of its own"));
}

Result<RestoredFiles> restore_into(const std::string& path, const std::vector<OpenedBackup>& chain,
                                   const RestoreFilesCall& call, const Manner& manner) {
    const auto owner = wpar_at(path);
    std::optional<registry::AdminLock> lock;
    unpack::RestoreCall restore;
    if (owner) {
        lock.emplace(TRY(registry::AdminLock::take({.name = owner->name(), .verb = "restore"})));
        TRY(must_be_mounted(*owner));
        restore.skip = TRY(places_to_skip(*owner, path));
    }
    for (const auto& backup : chain) restore.files.push_back(backup.file.get());
    restore.target = path;
    restore.ids = {owner ? owner->general.idbase : spare_ids, registry::ids_per_wpar};
    restore.attributes = call.attributes;
    restore.only = wanted_names(call.names);
    tell_skipped(restore.skip, restore.only, manner.observer);
    auto done = TRY(unpack_into(restore, chain, manner.observer));
    tell_unchanged(chain.front(), manner.observer);
    manner.observer.tell(cat(" files restored: ", done.names));
    return done;
}

// A single one may be an increment: what it holds by itself.
Result<std::vector<OpenedBackup>> open_wanted(const std::vector<std::string>& files) {
    if (files.size() > 1) return open_chain(files);
    std::vector<OpenedBackup> chain;
    chain.push_back(TRY(open_backup(files.front())));
    return chain;
}

}  // namespace

Result<RestoredFiles> restore_files(const RestoreFilesCall& call, const Manner& manner) {
    if (!manner.dry_run) os::catch_interrupts();
    const auto path = TRY(target_of(call.directory));
    const auto chain = TRY(open_wanted(call.files));
    for (const auto& backup : chain) {
        for (const auto& line : banner(backup, call.blocks)) manner.observer.tell(line);
        if (call.verify) TRY(unpack::verify(backup.file.get()));
    }
    if (manner.dry_run) {
        manner.observer.tell(cat("restwparfiles: would restore into '", path, "'"));
        return RestoredFiles{};
    }
    if (call.only_front) {
        TRY(write_front(TRY(os::Dir::open(path)), chain.back(), manner.observer));
        return RestoredFiles{.names = 3};
    }
    return restore_into(path, chain, call, manner);
}

}  // namespace partition::copies
