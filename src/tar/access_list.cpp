#include "tar/access_list.h"

#include <archive.h>
#include <archive_entry.h>
#include <linux/posix_acl_xattr.h>

#include <algorithm>

namespace tar {
namespace {

constexpr int ids = 65536;

struct Line {
    std::uint16_t tag = 0;
    std::uint16_t permissions = 0;
    std::uint32_t id = static_cast<std::uint32_t>(-1);
};

// linux/posix_acl_xattr.h: the values of the tags are those of struct posix_acl_entry
std::uint16_t tag_of(int tag) {
    switch (tag) {
        case ARCHIVE_ENTRY_ACL_USER_OBJ:
            return 0x01;
        case ARCHIVE_ENTRY_ACL_USER:
            return 0x02;
        case ARCHIVE_ENTRY_ACL_GROUP_OBJ:
            return 0x04;
        case ARCHIVE_ENTRY_ACL_GROUP:
            return 0x08;
        case ARCHIVE_ENTRY_ACL_MASK:
            return 0x10;
        case ARCHIVE_ENTRY_ACL_OTHER:
            return 0x20;
        default:
            return 0;
    }
}

void put(std::string& to, std::uint32_t value, unsigned bytes) {
    for (unsigned byte = 0; byte < bytes; ++byte)
        to += static_cast<char>(value >> (8 * byte) & 0xff);
}

// The kernel wants them in the order of their tags, and those with names in the order of their ids.
std::string packed(std::vector<Line> lines) {
    std::stable_sort(lines.begin(), lines.end(), [](const Line& one, const Line& other) {
        return std::pair(one.tag, one.id) < std::pair(other.tag, other.id);
    });
    std::string bytes;
    put(bytes, POSIX_ACL_XATTR_VERSION, 4);
    for (const auto& line : lines) {
        put(bytes, line.tag, 2);
        put(bytes, line.permissions, 2);
        put(bytes, line.id, 4);
    }
    return bytes;
}

Result<std::string> list_of(::archive_entry* entry, int type, const std::string& path) {
    std::vector<Line> lines;
    int kind = 0;
    int permissions = 0;
    int tag = 0;
    int id = 0;
    const char* name = nullptr;
    while (::archive_entry_acl_next(entry, type, &kind, &permissions, &tag, &id, &name) ==
           ARCHIVE_OK) {
        Line line;
        line.tag = tag_of(tag);
        if (line.tag == 0) continue;
        line.permissions = static_cast<std::uint16_t>(permissions & 7);
        const bool named = tag == ARCHIVE_ENTRY_ACL_USER || tag == ARCHIVE_ENTRY_ACL_GROUP;
        if (named && (id < 0 || id >= ids))
            return Error{Kind::invalid, cat("the access list of '/", printable(path), "' names id ",
                                            std::to_string(id),
                                            "; a workload partition has the ids 0 to ", ids - 1)};
        if (named) line.id = static_cast<std::uint32_t>(id);
        lines.push_back(line);
    }
    return lines.empty() ? std::string() : packed(std::move(lines));
}

Result<void> add(::archive_entry* entry, int type, const std::string& path, Attributes& to) {
    if (::archive_entry_acl_reset(entry, type) <= 0) return {};
    auto list = TRY(list_of(entry, type, path));
    if (list.empty()) return {};
    const bool access = type == ARCHIVE_ENTRY_ACL_TYPE_ACCESS;
    to.emplace_back(access ? "system.posix_acl_access" : "system.posix_acl_default",
                    std::move(list));
    return {};
}

}  // namespace

Result<void> add_access_lists(::archive_entry* entry, const std::string& path, Attributes& to) {
    // a plain mode reads as a list of three lines, which is none
    constexpr int more = ARCHIVE_ENTRY_ACL_TYPE_ACCESS;
    if (::archive_entry_acl_reset(entry, more) > 3) TRY(add(entry, more, path, to));
    return add(entry, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT, path, to);
}

}  // namespace tar
