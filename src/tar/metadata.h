// What belongs to a member beside its content: owner, mode, extended attributes, access lists, times. Only what has a
// meaning inside a WPAR is taken: no attributes of other name spaces than those named below, no ids that it does not have.
#pragma once
#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

struct archive_entry;

namespace tar {

using Attributes = std::vector<std::pair<std::string, std::string>>;

struct Metadata {
    uid_t uid = 0;
    gid_t gid = 0;
    mode_t mode = 0;
    std::array<timespec, 2> times = {};
    Attributes attributes = {};
    bool complete = true;  // false: whether there are other attributes is not known
    bool mended =
        false;  // what follows is not ours to give; until it is, root owns it, without set-id bits
    uid_t own_uid = 0;
    gid_t own_gid = 0;
    mode_t own_mode = 0;
    Attributes trusted = {};
};
/// What is taken of a member. An image says how a WPAR begins, a backup how one was.
struct Taste {
    bool backup = false;     // owners of 32 bits and trusted.* as well: into what is mended
    bool attributes = true;  // extended attributes and access lists
};
/// Kind::invalid for an owner outside of 0 to 65535, which no WPAR has, unless it can be mended.
Result<Metadata> metadata_of(::archive_entry* entry, const std::string& path,
                             const Taste& taste = {});

/// user.*, access lists, and file capabilities that hold in whatever user namespace the file is in.
bool wanted_attribute(std::string_view name, std::string_view value);

/// Owner, then what a change of owner takes away: attributes and mode. Neither default access lists nor times.
Result<void> apply_to_open(int fd, const Metadata& what, const std::string& path);
/// The same for a file that was just made, as it was found: what it is already, it need not become.
Result<void> apply_to_new(int fd, const struct stat& found, const Metadata& what,
                          const std::string& path);
/// Of a link or FIFO by its name: owner, mode of a FIFO, and times.
struct Named {
    int directory = -1;
    std::string name = {};
    bool has_mode = false;
};
Result<void> apply_to_name(const Named& which, const Metadata& what, const std::string& path);
/// Of a directory, when nothing more is made in it: what is would get the list as its own.
Result<void> apply_default_list(int fd, const Metadata& what, const std::string& path);
Result<void> apply_times(int fd, const Metadata& what, const std::string& path);

}  // namespace tar
