#include "partition/copies/describe.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "os/dir.h"
#include "partition/copies/backup_data.h"
#include "partition/copies/backup_tree.h"
#include "partition/recover.h"
#include "registry/lock.h"
#include "registry/state.h"

namespace partition::copies {
namespace {

// Anybody may write to /tmp: what another one put there is neither followed nor written to.
Result<os::Dir> own_folder(const os::Dir& parent, const std::string& name) {
    auto made = parent.make_dir(name, 0700);
    if (!made && made.error().kind != Kind::exists) return made.error();
    auto fd = TRY(parent.open_file(
        {.path = name, .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW, .no_symlinks = true}));
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) return Error::os(errno, "stat", name);
    const auto path = cat(parent.path(), "/", name);
    if (found.st_uid == 0 && (found.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        return os::Dir(std::move(fd), path);
    return Error{Kind::denied,
                 cat("'", path, "' belongs to somebody else or is writable for others; remove it")};
}

}  // namespace

Result<std::string> describe(const DescribeCall& call, const Manner& manner) {
    begin_operation(manner);
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "describe"}));
    TRY(recover(call.name, manner.observer));
    const auto definition = TRY(load_to_back_up(call.name));
    const auto slash = call.folder.rfind('/');
    const auto parent = TRY(os::Dir::open(call.folder.substr(0, slash)));
    const auto all = TRY(own_folder(parent, call.folder.substr(slash + 1)));
    const auto folder = TRY(own_folder(all, call.name));
    TRY(open_backup_tree(definition, registry::alive(call.name).any(), {.writable_shared = false}));
    const auto text = TRY(image_data(definition));
    if (!manner.dry_run)
        TRY(os::replace_file({.path = cat("/proc/self/fd/", folder.fd(), "/image.data"),
                              .text = text,
                              .mode = 0600,
                              .sync = false}));
    return cat(folder.path(), "/image.data");
}

}  // namespace partition::copies
