// A value's spelling in a stanza file.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace spec {

/// "web \"1\"" with its quotes; what is not printable ASCII or part of UTF-8 becomes \n, \t or
/// \xNN.
std::string escape(std::string_view value);
/// Reads both spellings, quoted and bare (no blanks around it).
Result<std::string> unescape(std::string_view spelling);

}  // namespace spec
