// restwparfiles: single files and directories of a backup, beside or in place.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/observer.h"

namespace partition::copies {

struct RestoreFilesCall {
    std::vector<std::string> files = {};  // -f: a backup, and its increments
    std::string directory = {};           // -d: below it
    std::vector<std::string> names = {};  // "./etc/passwd"; empty: all
    bool only_front = false;              // -m
    bool attributes = true;               // -n: not
    bool verify = false;                  // -V
    std::uint64_t blocks = 100;           // -b
};
struct RestoredFiles {
    std::uint64_t names = 0;
    std::vector<std::string> missed = {};  // escaped
};
/// Kind::denied for the global environment's own "/".
Result<RestoredFiles> restore_files(const RestoreFilesCall& call, const Manner& manner);

}  // namespace partition::copies
