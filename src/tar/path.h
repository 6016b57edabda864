// Names in archives, which anybody may have written. A name is a place below the root it is unpacked into, or refused:
// nothing else in this folder looks at the spelling again.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace tar {

inline constexpr std::size_t most_levels = 512;
inline constexpr std::size_t longest_path = 4095;
inline constexpr std::size_t longest_name = 255;

/// "./usr//bin/" and "/usr/bin" are "usr/bin"; the root itself is "". Kind::invalid for "..", NUL, and what is longer
/// or deeper than the kernel takes.
Result<std::string> member_path(std::string_view name);

/// "usr" of "usr/bin", "" of "usr".
std::string parent_of(const std::string& path);
std::string name_of(const std::string& path);

}  // namespace tar
