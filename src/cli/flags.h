// Looking things up in a command's table.
#pragma once
#include <string>

#include "cli/command.h"

namespace cli {

/// --help and --version, which every command knows.
std::span<const Flag> common_flags();
/// The flag of that name in these flags or the common ones; null when there is none.
const Flag* find_flag(std::span<const Flag> flags, std::string_view name);
/// "-F", "--json".
std::string dashed(const Flag& flag);
/// "-n wparname", "-p [name]", "-R attribute=value ...".
std::string with_value(const Flag& flag);
/// name=value, name+=value or name-=value.
bool is_pair(std::string_view word);
/// 8-4-4-4-12 hexadecimal digits; tells chwpar's -U value from its operand.
bool is_uuid(std::string_view word);

}  // namespace cli
