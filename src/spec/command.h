// The command of an application WPAR as one attribute: `application = "LANG=C /usr/bin/vmstat 5
// 3"`.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace spec {

struct Command {
    std::vector<std::string> environment = {};  // leading NAME=value words
    std::vector<std::string> arguments = {};    // the program first
};

/// Words quoted so that parse_command and a POSIX shell both read the same words back.
std::string command_line(std::span<const std::string> words);
/// Quotes and backslashes as in a POSIX shell; nothing is expanded. Kind::invalid for an open
/// quote.
Result<std::vector<std::string>> command_words(std::string_view line);
/// Also Kind::invalid when no program is named or its path is not absolute.
Result<Command> parse_command(std::string_view line);

}  // namespace spec
