// The key by which a server knows its own checkpoints. Who has it can make checkpoints that this server would restart, so
// it is root's alone.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace checkpoint {

/// Of that file; it is made when it is missing. Kind::denied when somebody else could have read it.
Result<std::string> key_of_server(const std::string& path);
/// HMAC with SHA-256 (RFC 2104), as 64 hexadecimal digits.
std::string code_of(std::string_view text, std::string_view key);

}  // namespace checkpoint
