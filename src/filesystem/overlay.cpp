#include "filesystem/overlay.h"

#include <fcntl.h>
#include <sys/mount.h>

#include "base/undo.h"
#include "os/dir.h"
#include "os/overlay.h"

namespace filesystem {
namespace {

constexpr std::size_t longest_name = 8192;

std::string lower_record(const FileSystem& wanted) { return cat(backing(wanted), "/lower"); }

}  // namespace

Result<void> create_overlay(const FileSystem& wanted) {
    const auto store = backing(wanted);
    if (os::exists(store)) return Error{Kind::exists, cat("'", store, "' exists already")};
    TRY(os::make_dirs(cat(wanted.store, "/", wanted.wpar), 0700));
    Undo undo;
    undo.add([&] { (void)os::remove_tree(store); });  // the first failure is what matters
    TRY(os::make_dir(store, 0700));
    TRY(os::make_dir(cat(store, "/upper"), 0755));
    TRY(os::make_dir(cat(store, "/work"), 0700));
    TRY(os::replace_file({.path = lower_record(wanted),
                          .text = cat(wanted.lower, "\n"),
                          .mode = 0600,
                          .sync = false}));  // make_durable() comes when all is there
    undo.keep();
    return {};
}

Result<void> remove_overlay(const FileSystem& wanted) { return os::remove_tree(backing(wanted)); }

Result<std::string> lower_of_overlay(const FileSystem& wanted) {
    return std::string(trim(TRY(os::read_file(lower_record(wanted), longest_name))));
}

Result<UniqueFd> mount_overlay(const FileSystem& wanted) {
    const auto lower = TRY(os::Dir::open(wanted.device));
    const auto store = TRY(os::Dir::open(backing(wanted)));
    return os::mount_overlay({.lower = lower.fd(),
                              .store = store.fd(),
                              .shown = wanted.directory,
                              .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV});
}

}  // namespace filesystem
