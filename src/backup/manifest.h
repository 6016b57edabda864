// The list of all that a backup holds, a line for each name:
//
//   TYPE HOW SIZE MODE UID GID MTIME CTIME INODE DIGEST PATH[ TO]
//
// TYPE is f d l p c b, or h for a further name of the file TO; HOW is + (stored), ! (stored, changed while it was read)
// or = (not stored: as in the backup that this one is based on). Times are nanoseconds since the epoch, MODE is octal,
// DIGEST is that of the content or -: b3: and BLAKE3, or SHA-256 as older backups have it. In PATH and TO, bytes
// outside of ! to ~ and % are %XX.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "backup/entry.h"
#include "backup/member.h"
#include "base/result.h"

namespace backup {

enum class How : char { stored = '+', changed = '!', unchanged = '=' };

struct Listed {
    char type = 'f';
    How how = How::stored;
    std::uint64_t size = 0;
    mode_t mode = 0;  // permissions
    uid_t uid = 0;
    gid_t gid = 0;
    std::int64_t mtime = 0;
    std::int64_t ctime = 0;
    std::uint64_t inode = 0;
    std::optional<NamedDigest> digest = {};
    std::string path = {};
    std::string to = {};
    bool operator==(const Listed&) const = default;
};

/// As a line has it.
std::string text_of(const NamedDigest& digest);
Listed listed(const Entry& entry, const Stored& stored);
/// With its line end.
std::string write(const Listed& line);
/// Without its line end. Kind::invalid for anything that `write` would not have written.
Result<Listed> parse_line(std::string_view line);

}  // namespace backup
