#include "tar/metadata.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/limits.h>
#include <linux/xattr.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/fd.h"
#include "tar/access_list.h"

namespace tar {
namespace {

constexpr std::int64_t ids = 65536;

Error failed(std::string_view step, const std::string& path) {
    return Error::os(errno, step, cat("/", printable(path)));
}

Result<std::uint32_t> own_id(std::int64_t id, std::string_view kind, const std::string& path) {
    if (id >= 0 && id < ids) return static_cast<std::uint32_t>(id);
    return Error{Kind::invalid,
                 cat("'/", printable(path), "' belongs to ", kind, " ", std::to_string(id),
                     "; a workload partition has the ids 0 to ", ids - 1)};
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (unsigned byte = 0; byte < 4; ++byte)
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + byte]))
                 << (8 * byte);
    return value;
}

// Version 3 names the user namespace by its root's id: other than 0 is that of the machine it was made on.
bool holds_everywhere(std::string_view capability) {
    if (capability.size() < sizeof(__le32)) return false;
    const auto revision = little_endian(capability, 0) & VFS_CAP_REVISION_MASK;
    if (revision == VFS_CAP_REVISION_2) return capability.size() == XATTR_CAPS_SZ_2;
    return revision == VFS_CAP_REVISION_3 && capability.size() == XATTR_CAPS_SZ_3 &&
           little_endian(capability, XATTR_CAPS_SZ_2) == 0;
}

bool is_trusted(std::string_view name) {
    return name.starts_with("trusted.") && !name.starts_with("trusted.overlay.") &&
           name.size() <= XATTR_NAME_MAX;
}

void attributes_of(::archive_entry* entry, const Taste& taste, Metadata& to) {
    ::archive_entry_xattr_reset(entry);
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    while (::archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
        const std::string_view bytes(static_cast<const char*>(value), size);
        if (name == nullptr) continue;
        if (wanted_attribute(name, bytes)) to.attributes.emplace_back(name, bytes);
        if (taste.backup && is_trusted(name)) to.trusted.emplace_back(name, bytes);
    }
}

bool has_id(std::int64_t id) { return id >= 0 && id < ids; }

// Its real owner comes last, from a hand that may give it.
Result<void> take_owner(::archive_entry* entry, const std::string& path, const Taste& taste,
                        Metadata& to) {
    constexpr std::int64_t most = 0xfffffffe;
    const auto uid = ::archive_entry_uid(entry);
    const auto gid = ::archive_entry_gid(entry);
    to.mode = ::archive_entry_perm(entry) & 07777;
    const bool mends = taste.backup && !(has_id(uid) && has_id(gid)) && uid >= 0 && gid >= 0 &&
                       uid <= most && gid <= most;
    if (!mends) {
        to.uid = TRY(own_id(uid, "user", path));
        to.gid = TRY(own_id(gid, "group", path));
        return {};
    }
    to.mended = true;
    to.own_uid = static_cast<uid_t>(uid);
    to.own_gid = static_cast<gid_t>(gid);
    to.own_mode = to.mode;
    to.mode &= 0777;
    return {};
}

timespec time_of(std::int64_t seconds, long nanoseconds) {
    constexpr long second = 1000000000;
    return {static_cast<time_t>(seconds),
            nanoseconds >= 0 && nanoseconds < second ? nanoseconds : 0};
}

constexpr const char* access_list = "system.posix_acl_access";
constexpr const char* default_list = "system.posix_acl_default";

// What a directory has as its default list, all that is made in it gets.
Result<void> drop_inherited(int fd, const char* list, const Metadata& what,
                            const std::string& path) {
    const auto& attributes = what.attributes;
    const bool own = std::any_of(attributes.begin(), attributes.end(),
                                 [list](const auto& one) { return one.first == list; });
    if (own || !what.complete || ::fgetxattr(fd, list, nullptr, 0) < 0) return {};
    if (::fremovexattr(fd, list) == 0 || errno == ENODATA) return {};
    return failed("take the access list of", path);
}

// Where the file system has none, a note of some program is lost; what decides about access must not be.
Result<void> set_attribute(int fd, const std::pair<std::string, std::string>& attribute,
                           const std::string& path) {
    const auto& [name, value] = attribute;
    if (::fsetxattr(fd, name.c_str(), value.data(), value.size(), 0) == 0) return {};
    if (errno == EOPNOTSUPP && name.starts_with("user.")) return {};
    if (errno == EPERM && name.starts_with("user.")) return {};  // neither file nor directory
    return failed(cat("set attribute ", printable(name), " of"), path);
}

}  // namespace

bool wanted_attribute(std::string_view name, std::string_view value) {
    if (name.find('\0') != std::string_view::npos || name.size() > XATTR_NAME_MAX) return false;
    if (name == "security.capability") return holds_everywhere(value);
    if (name.starts_with("user.overlay.")) return false;
    return name.starts_with("user.") || name == "system.posix_acl_access" ||
           name == "system.posix_acl_default";
}

Result<Metadata> metadata_of(::archive_entry* entry, const std::string& path, const Taste& taste) {
    Metadata found;
    TRY(take_owner(entry, path, taste, found));
    const auto changed = time_of(::archive_entry_mtime(entry), ::archive_entry_mtime_nsec(entry));
    found.times = {changed, changed};
    if (::archive_entry_atime_is_set(entry) != 0)
        found.times[0] = time_of(::archive_entry_atime(entry), ::archive_entry_atime_nsec(entry));
    found.complete = taste.attributes;
    if (!taste.attributes) return found;
    attributes_of(entry, taste, found);
    TRY(add_access_lists(entry, path, found.attributes));
    return found;
}

Result<void> apply_to_open(int fd, const Metadata& what, const std::string& path) {
    TRY(drop_inherited(fd, access_list, what, path));
    if (::fchown(fd, what.uid, what.gid) != 0) return failed("chown", path);
    if (::fchmod(fd, what.mode) != 0) return failed("chmod", path);
    for (const auto& attribute : what.attributes)
        if (attribute.first != default_list) TRY(set_attribute(fd, attribute, path));
    // until the directory is full, it has none
    return drop_inherited(fd, default_list, {.complete = what.complete}, path);
}

Result<void> apply_to_new(int fd, const struct stat& found, const Metadata& what,
                          const std::string& path) {
    TRY(drop_inherited(fd, access_list, what, path));
    const bool owned = found.st_uid == what.uid && found.st_gid == what.gid;
    if (!owned && ::fchown(fd, what.uid, what.gid) != 0) return failed("chown", path);
    if ((!owned || (found.st_mode & 07777) != what.mode) && ::fchmod(fd, what.mode) != 0)
        return failed("chmod", path);
    for (const auto& attribute : what.attributes) TRY(set_attribute(fd, attribute, path));
    return {};
}

Result<void> apply_to_name(const Named& which, const Metadata& what, const std::string& path) {
    const auto* name = which.name.c_str();
    if (which.has_mode) {
        constexpr int flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC;
        const UniqueFd fifo(::openat(which.directory, name, flags));
        if (fifo) TRY(drop_inherited(fifo.get(), access_list, what, path));
    }
    if (::fchownat(which.directory, name, what.uid, what.gid, AT_SYMLINK_NOFOLLOW) != 0)
        return failed("chown", path);
    if (which.has_mode && ::fchmodat(which.directory, name, what.mode, 0) != 0)
        return failed("chmod", path);
    if (::utimensat(which.directory, name, what.times.data(), AT_SYMLINK_NOFOLLOW) != 0)
        return failed("set times", path);
    return {};
}

Result<void> apply_default_list(int fd, const Metadata& what, const std::string& path) {
    TRY(drop_inherited(fd, default_list, what, path));
    for (const auto& attribute : what.attributes)
        if (attribute.first == default_list) TRY(set_attribute(fd, attribute, path));
    return {};
}

Result<void> apply_times(int fd, const Metadata& what, const std::string& path) {
    if (::futimens(fd, what.times.data()) == 0) return {};
    return failed("set times", path);
}

}  // namespace tar
