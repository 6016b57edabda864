// The directory of a checkpoint:
//
//   definition   the WPAR's, as it was loaded
//   record       what it is: of whom, when, made by what, and what the processes need that CRIU does not keep
//   criu/        CRIU's own images and logs
//   kept/N/      what was in small file systems in memory that CRIU does not know
//   kept/streamN what was on its way to or from an application
//   seal         a digest of every file, and a code over all of it that needs this server's key. Written last: a
//                directory without it is no checkpoint
//
// All of it is root's alone (0700): it holds all that the processes had in memory.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "os/dir.h"

namespace checkpoint {

inline constexpr auto format = "1";

/// A directory below the delegated control group. CRIU makes those again that hold processes; systemd watches others.
struct GroupDirectory {
    std::string path = {};  // "system.slice/ssh.service"
    uid_t owner = 0;
    gid_t group = 0;
    mode_t mode = 0755;
    bool operator==(const GroupDirectory&) const = default;
};

/// A small file system in memory (checkpoint/kept.h).
struct Kept {
    std::string point = {};  // where it is mounted inside
    std::string name = {};   // below kept/
    bool read_only = false;
    bool operator==(const Kept&) const = default;
};

/// A pipe of an application's that leads outside: descriptor 0, 1 or 2 of its first process.
struct Stream {
    int place = 0;
    std::string key = {};      // "pipe:[4711]"
    bool has_content = false;  // what was on its way lies in kept/stream<place>
    bool operator==(const Stream&) const = default;
};

/// A file in the global environment that an application has open for writing.
struct WrittenFile {
    std::string path = {};
    std::uint64_t inode = 0;
    std::uint64_t bytes = 0;
    std::uint64_t born =
        0;  // ns since the epoch: a file system gives numbers of inodes out again; 0: it does not know
    bool operator==(const WrittenFile&) const = default;
};

struct Record {
    std::string name = {};
    std::string uuid = {};
    std::string made = {};           // seconds since the epoch
    std::string corral = {};         // version
    std::string kernel = {};         // uname -r
    std::string machine = {};        // uname -m
    std::string life = {};           // registry/life.h
    std::string control_group = {};  // path of the delegated group
    std::uint32_t first_id = 0;      // of its user namespace, in the global environment
    bool ended = false;              // its processes ran no further: connections can be kept
    std::vector<std::pair<std::string, std::string>> mounts = {};  // from outside: point and key
    std::vector<Kept> kept = {};
    std::vector<GroupDirectory> groups = {};
    std::vector<Stream> streams = {};
    std::vector<WrittenFile> files = {};
    bool operator==(const Record&) const = default;
};

std::string write(const Record& record);
/// Kind::other for what write() would not have made, Kind::unsupported for a newer format.
Result<Record> read(std::string_view text);

/// Whoever holds it is the only one to take a place beside this path: between a look at it and its first file. Kind::busy
/// when another holds it for long.
Result<UniqueFd> claim_place(const std::string& path);
/// A directory that write operations may make: absolute, not there yet or empty; its parent is there, and root's.
Result<void> check_free(const std::string& path);
/// One that is to be read; the same rules.
Result<os::Dir> open_directory(const std::string& path);
/// Makes it, with what is below it.
Result<os::Dir> make_directory(const std::string& path);
/// A directory for several of them, root's alone, with those above it that are missing; never by way of a link or of somebody
/// else's directory.
Result<void> make_folder(const std::string& path);
/// Removes what is a checkpoint's in it, and it, if nothing else is there. Missing is fine.
Result<void> remove_directory(const std::string& path);

/// Seals what is there with this server's key (checkpoint/key.h), synced to disk.
Result<void> seal(const os::Dir& directory, std::string_view key);
inline constexpr std::string_view incomplete = "it has no seal: no checkpoint was completed there";
/// Whether it has a seal, good or not; errors: those of open_directory(), and a disk's.
Result<bool> is_complete(const std::string& path);
/// Every file is what was sealed with this key, and nothing else is there. Each error says what is wrong with it.
Result<void> verify(const os::Dir& directory, std::string_view key);

}  // namespace checkpoint
