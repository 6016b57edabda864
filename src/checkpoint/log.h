// What CRIU's log says went wrong. Names in it may come from inside a WPAR.
#pragma once
#include <string>
#include <string_view>

namespace checkpoint {

/// The last errors, printable and short; empty when there are none. The directory is a descriptor.
std::string errors_of_log(int directory, const std::string& name);
/// Of the log's text: "(00.017965) Error (criu/fsnotify.c:284): fsnotify: Can't dump that handle".
std::string errors_of_log(std::string_view text);

}  // namespace checkpoint
