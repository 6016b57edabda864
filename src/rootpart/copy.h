// Copies of single files with all that belongs to them: owner, mode, times, extended attributes
// (access lists, file capabilities), holes. Blocks are shared with the source where the file system
// can (FICLONE). No link is followed.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "base/result.h"

namespace rootpart {

/// How much of a file is taken.
enum class Extent : std::uint8_t {
    portable,  // what means the same elsewhere
    whole  // also device nodes, sockets, what overlayfs noted, and that blocks are written in place
};

/// One name in two open directories.
struct Pair {
    int from = -1;
    int to = -1;
    std::string name = {};
    std::string shown = {};  // for messages: "/usr/bin/env"
    Extent extent = Extent::portable;
};

/// Up to here, two calls are cheaper than asking what can be shared.
inline constexpr off_t largest_small = 32768;

enum class Copied { yes, vanished, skipped };  // skipped: sockets and devices, unless whole

/// A file, link or FIFO; `found` is its stat. One that was there already is replaced.
Result<Copied> copy_entry(const Pair& pair, const struct stat& found);
/// Makes the directory in `to` if it is missing; its metadata comes later, since filling it changes
/// times.
Result<Copied> make_directory(const Pair& pair);
/// Owner, mode, attributes and times of an open directory, from another.
Result<void> copy_directory_metadata(int from, int to, const std::string& shown,
                                     Extent extent = Extent::portable);

/// Content and attributes of an open file into another that is new; owner, mode and times are those of `like`.
Result<void> fill_file(int from, int to, const struct stat& like, const std::string& shown);

/// A new regular file with this text.
struct NewFile {
    std::string name = {};
    std::string text = {};
    mode_t mode = 0644;
    uid_t uid = 0;
    gid_t gid = 0;
};
Result<void> write_new(int directory, const NewFile& file, const std::string& shown);

}  // namespace rootpart
