#include "partition/restore_files.h"

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
#include "partition/backup_source.h"
#include "partition/storage.h"
#include "registry/ids.h"
#include "registry/lock.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition {
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

Result<RestoredFiles> restore_into(const std::string& path, const OpenedBackup& backup,
                                   const RestoreFilesCall& call, const Manner& manner) {
    const auto owner = wpar_at(path);
    std::optional<registry::AdminLock> lock;
    if (owner) {
        lock.emplace(TRY(registry::AdminLock::take({.name = owner->name(), .verb = "restore"})));
        TRY(must_be_mounted(*owner));
    }
    const auto idbase = owner ? owner->general.idbase : spare_ids;
    unpack::RestoreCall restore;
    restore.files = {backup.file.get()};
    restore.target = path;
    restore.ids = {idbase, registry::ids_per_wpar};
    restore.attributes = call.attributes;
    restore.only = wanted_names(call.names);
    const auto done = TRY(unpack::restore(
        restore, {.progress = [&](std::uint64_t names, std::uint64_t bytes) {
            manner.observer.tell_progress(cat(names, " files, ", bytes >> 20, " MB"));
        }}));
    if (done.left_out > 0)
        manner.observer.tell_warning(cat(done.left_out, " files were left out: device nodes"));
    if (backup.said.unchanged > 0)
        manner.observer.tell_warning(cat("files that did not change since the backup with digest ",
                                         printable(backup.record.base),
                                         " lie in that one, and were not restored"));
    manner.observer.tell(cat(" files restored: ", done.names));
    return RestoredFiles{done.names, done.missed};
}

}  // namespace

Result<RestoredFiles> restore_files(const RestoreFilesCall& call, const Manner& manner) {
    if (!manner.dry_run) os::catch_interrupts();
    const auto path = TRY(target_of(call.directory));
    const auto backup = TRY(open_backup(call.file));
    for (const auto& line : banner(backup, call.blocks)) manner.observer.tell(line);
    if (call.verify) TRY(unpack::verify(backup.file.get()));
    if (manner.dry_run) {
        manner.observer.tell(cat("restwparfiles: would restore into '", path, "'"));
        return RestoredFiles{};
    }
    if (call.only_front) {
        TRY(write_front(TRY(os::Dir::open(path)), backup, manner.observer));
        return RestoredFiles{.names = 3};
    }
    return restore_into(path, backup, call, manner);
}

}  // namespace partition
