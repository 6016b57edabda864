// Reading what savewpar wrote. Whoever made it may be hostile, so no byte of it is looked at here: that is done by
// libexec/corral/unpack (unpacker/), which hands over bounded texts, numbers, and the manifest in a file of ours. Only to look
// it needs no file system at all, so any user may; to restore it works in the target alone, as unpack/unpack.h tells.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "os/idmap.h"

namespace unpack {

/// What a backup says of itself. The texts are its maker's: to be parsed with suspicion, and shown with printable().
struct Backup {
    std::string spec = {};         // wpar.spec
    std::string image_data = {};   // image.data
    std::string backup_data = {};  // backup.data
    std::string digest = {};       // of the whole, 64 digits; "" of one that is not compressed
    std::uint64_t size = 0;        // of the file
    std::uint64_t unpacked = 0;    // of the archive in it, which has no holes
    std::uint64_t names = 0;       // in its manifest
    std::uint64_t files = 0;       // of these, regular files
    std::uint64_t bytes = 0;       // of their contents
    std::uint64_t stored = 0;      // the bytes that are in this file
    std::uint64_t stored_names = 0;
    std::uint64_t unchanged = 0;  // files that lie in the backup it is based on
    std::uint64_t changed = 0;    // files that were written to while they were read
};
struct BackupWatch {  // may be empty
    std::function<void(std::uint64_t names, std::uint64_t bytes)> progress = {};
};

/// Opens a backup: a file. Kind::invalid for anything else, with a word about pipes and devices.
Result<UniqueFd> open_backup(const std::string& path);

/// `program`: the unpacking program; empty: the one that is installed.
/// Its front and its manifest, whose digests are checked before a byte of them is unpacked. `manifest` is an empty file of
/// ours that is filled with it (backup/manifest.h), or -1. Kind::invalid for a file that is damaged or none of ours.
Result<Backup> describe(int file, int manifest = -1, const std::string& program = {});
/// All of it: the digest of every frame, then of every file as the manifest has it. Kind::invalid with what is wrong.
Result<Backup> verify(int file, const BackupWatch& watch = {}, const std::string& program = {});

struct RestoreCall {
    std::vector<int> files = {};  // a backup, and the increments over it
    std::string target = {};  // trusted global path of the base directory, its file systems mounted
    os::IdRange ids = {};     // the WPAR's own
    bool attributes = true;   // extended attributes and access lists, too
    bool over = false;        // increments alone: what they add to is in the target already
    std::vector<std::string> only = {};  // these names and all below them; empty: everything
    std::vector<std::string> skip = {};  // nothing below these: it is others'
    std::string program = {};            // the unpacking program; empty: the one that is installed
};
struct Restored {
    std::uint64_t names = 0;
    std::uint64_t bytes = 0;
    std::uint64_t removed = 0;
    std::uint64_t left_out = 0;            // device nodes that a WPAR may not have
    std::vector<std::string> missed = {};  // of `only`: not in this backup; escaped
};
/// Kind::full when it does not fit; Kind::interrupted. What was restored until then stays, for the caller to remove.
Result<Restored> restore(const RestoreCall& call, const BackupWatch& watch);

}  // namespace unpack
