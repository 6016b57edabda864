// The list of all names in a backup (the manifest), as far as this side has to know it. The program that checked it has no
// rights, and may have been taken over by what it read, so each line is read with care here, too.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace partition::copies {

struct BackupName {
    char type = 'f';  // f d l p c b, h for a further name of the file `to`
    char how = '+';  // + stored, ! stored and changed meanwhile, = as in the backup that it adds to
    std::uint64_t size = 0;
    std::string path = {};  // "." is the top
    std::string to = {};
    std::string digest = {};
};
Result<BackupName> parse_name(std::string_view line);
/// Of a manifest from its beginning, in the order of the backup.
Result<void> each_name(int manifest, const std::function<Result<void>(const BackupName&)>& see);

/// Whether `path` is `top` or lies below it.
bool is_at_or_below(std::string_view path, std::string_view top);

}  // namespace partition::copies
