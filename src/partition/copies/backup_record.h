// What a backup says of itself: backup.data, and who made it by image.data. Nothing of that is to be believed; only its form
// is checked here.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace partition::copies {

inline constexpr unsigned backup_version = 1;

/// backup.data. Its words are the maker's: to be shown with printable().
struct BackupRecord {
    unsigned version = 0;
    std::int64_t time = 0;  // epoch seconds
    std::string wpar = {};
    std::string uuid = {};
    std::string grade = {};
    std::uint64_t still = 0;  // milliseconds
    std::string architecture = {};
    std::string base = {};          // the digest of the backup that it adds to
    std::string corral = {};        // the version that made it
    struct Generation {             // of those that its definition names
        unsigned number = 0;        // where it was made
        std::string packages = {};  // digests, as in generation/record.h
        std::string content = {};
    };
    std::vector<Generation> generations = {};
    std::vector<std::string> packages = {};  // "NAME VERSION"
};
/// Kind::invalid when it makes no sense; Kind::unsupported for a newer format.
Result<BackupRecord> parse_backup_data(std::string_view text);
/// The host's name in image.data; empty when it does not say.
std::string host_in(std::string_view image_data);

}  // namespace partition::copies
