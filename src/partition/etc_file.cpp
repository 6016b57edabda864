#include "partition/etc_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "os/write_all.h"

namespace partition {
namespace {

struct Nature {
    uid_t owner = 0;
    gid_t group = 0;
    mode_t mode = 0644;
};

Result<Nature> nature_of(const os::Dir& etc, const std::string& name) {
    const auto found = etc.stat(name);
    if (!found && found.error().kind == Kind::missing) return Nature{};
    if (!found) return found.error();
    if (!S_ISREG(found->st_mode)) return Nature{};  // a link's mode says nothing
    return Nature{found->st_uid, found->st_gid, found->st_mode & 07777};
}

}  // namespace

Result<void> replace_in_etc(const os::Dir& root, const std::string& name, std::string_view text) {
    const auto etc = TRY(root.beneath("etc"));
    const auto nature = TRY(nature_of(etc, name));
    const auto beside = name + ".corral";
    (void)etc.unlink(beside);  // what a killed predecessor left
    const auto fd = TRY(etc.open_file({.path = beside,
                                       .flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                                       .mode = 0600,
                                       .in_root = true}));
    const auto shown = cat(etc.path(), "/", name);
    TRY(os::write_all(fd.get(), text, shown));
    if (::fchown(fd.get(), nature.owner, nature.group) != 0 ||
        ::fchmod(fd.get(), nature.mode) != 0 || ::fsync(fd.get()) != 0)
        return Error::os(errno, "write", shown);
    if (::renameat(etc.fd(), beside.c_str(), etc.fd(), name.c_str()) != 0)
        return Error::os(errno, "rename", shown);
    return {};
}

Result<void> write_hostname(const os::Dir& root, const std::string& hostname) {
    const auto before = root.read("etc/hostname", 4096);
    if (before && trim(*before) == hostname) return {};
    return replace_in_etc(root, "hostname", hostname + "\n");
}

}  // namespace partition
