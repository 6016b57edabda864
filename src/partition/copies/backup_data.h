// What stands in front of a backup, AIX's three files: wpar.spec (the specification), image.data (its file systems and
// their sizes) and backup.data (when, of what and how it was made, and the global environment's packages).
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pack/request.h"
#include "partition/copies/backup_record.h"
#include "spec/definition.h"

namespace partition::copies {

/// How far a backup's files belong to one moment.
enum class Grade : std::uint8_t {
    cold,      // it was not running
    snapshot,  // all of one moment
    frozen,    // its processes stood still while it was read
    fuzzy      // read while it ran
};
std::string_view word(Grade grade);

struct BackupFacts {
    Grade grade = Grade::cold;
    std::int64_t time = 0;                 // epoch seconds
    std::string base_digest = {};          // of the backup that it adds to
    std::chrono::milliseconds still = {};  // that the WPAR stood still for a snapshot
};

/// AIX's description of a WPAR's file systems, which are mounted: see spec/image_data.h.
Result<std::string> image_data(const spec::Definition& definition);
/// "NAME VERSION" of the global environment's packages.
Result<std::vector<std::string>> present_packages();
Result<std::vector<pack::Front>> backup_front(const spec::Definition& definition,
                                              const BackupFacts& facts);

}  // namespace partition::copies
