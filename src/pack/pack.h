// Writing a WPAR's tree as a backup: by the program libexec/corral/pack (packer/), since the libraries that this takes are
// dynamic ones, and since it then holds no more rights than reading takes.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "os/dir.h"
#include "pack/request.h"

namespace pack {

struct Call {
    Request request = {};
    int root = -1;     // the top of the tree
    int output = -1;   // written from where it stands; need not be a file
    int spool = -1;    // an empty file for the manifest
    int witness = -1;  // the original, when the root is a copy (backup/save.h)
    int base = -1;     // the manifest of the backup that this one adds to; -1: none
};
struct Packed {
    std::uint64_t names = 0;  // as counted before
    std::uint64_t files = 0;  // names in it
    std::uint64_t bytes = 0;  // of their contents
    std::uint64_t written = 0;
    std::uint64_t unchanged = 0;  // not in it: as in the base
    std::uint64_t sockets = 0;    // not in it: no archive can hold them
    std::uint64_t unfit =
        0;  // neither, with all below them: deeper or longer than a backup can hold
    std::string first_unfit = {};
    std::uint64_t all_changed = 0;
    std::vector<std::string> changed =
        {};  // the first of those that were written to while they were read
    std::string digest = {};
};
struct Watch {  // all may be empty
    std::function<void(std::uint64_t names)> counted = {};
    std::function<void(const std::string& path)> stored = {};  // when the request asks for names
    std::function<void(std::uint64_t files, std::uint64_t bytes)> progress = {};
};
/// Kind::full and pipes that were closed come as the kernel says it; Kind::interrupted.
Result<Packed> pack(const Call& call, const Watch& watch);

}  // namespace pack
