// Writing a tree as a pax archive in zstd frames: one pass over the files, many processors, memory that does not grow with
// the tree.
//
//   members in front (whose texts the caller gives), the tree, `.savewpar_dir/manifest`, end of archive, tables
//
// Whatever the tree's owner does meanwhile, the archive is well formed and holds nothing from outside of the tree: files are
// opened without following links, and a file that shrinks is filled up with zeros and called changed.
#pragma once
#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "backup/member.h"
#include "backup/walk.h"

namespace backup {

constexpr std::string_view manifest_path = ".savewpar_dir/manifest";

struct Progress {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;  // read
};

struct Save {
    Walk walk = {};
    std::vector<OwnMember> front = {};
    int level = 3;  // of zstd; 0: a plain archive, without tables
    unsigned threads = 1;
    bool attributes = true;  // extended attributes and access lists, too
    int base =
        -1;  // a manifest (descriptor, at its beginning): what is as it says there is not stored again
    /// When `root` is a copy: the original (a directory), and when the copy was begun (nanoseconds since the epoch). Files
    /// that were not touched there since then are listed with its inode numbers and times, by which the next backup, of
    /// another copy, finds them unchanged.
    int witness = -1;
    std::int64_t moment = 0;
    int spool = -1;  // an empty file of our own for the manifest while it grows
    const std::atomic<bool>* stop = nullptr;             // true ends with Kind::interrupted
    std::function<void(const Progress&)> progress = {};  // now and then, by one thread at a time
    std::function<void(const std::string& path)> stored =
        {};  // in the order of the archive, likewise
};

struct Saved {
    Progress total = {};
    std::uint64_t compressed = 0;           // the size of all that was written
    std::uint64_t unchanged = 0;            // files that are as in the base
    std::uint64_t left_out = 0;             // sockets
    std::uint64_t unfit = 0;                // names that no backup can hold, with all below them,
    std::string first_unfit = {};           // and the first of them
    std::vector<std::string> changed = {};  // at most `most_named`
    std::uint64_t all_changed = 0;
    Digest digest = {};  // of the whole
};
constexpr std::size_t most_named = 100;

/// Writes to `output`, which need not be a file.
Result<Saved> save(const os::Dir& root, int output, const Save& how);

}  // namespace backup
