// The names in an open directory, with what the file system says of their type.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace rootpart {

struct Listed {
    std::string name = {};
    unsigned char type = 0;  // DT_*, never DT_UNKNOWN
};
/// Sorted, without . and .. ; leaves the descriptor as it is.
Result<std::vector<Listed>> list_directory(int directory, const std::string& shown);

}  // namespace rootpart
