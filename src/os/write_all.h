// All bytes into a file, a pipe or a socket.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace os {

/// However many calls of write(2) it takes. Errors: as write(2), with what is `shown`.
Result<void> write_all(int to, std::string_view bytes, const std::string& shown);

}  // namespace os
