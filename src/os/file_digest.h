// What a file holds, as a digest.
#pragma once
#include <string>

#include "base/result.h"

namespace os {

/// SHA-256 in hexadecimal digits of all from where the descriptor stands to the end. Errors speak of `shown`.
Result<std::string> sha256_of(int fd, const std::string& shown);

}  // namespace os
