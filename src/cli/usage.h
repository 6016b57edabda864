// What a table says about itself: usage, --help, the man page's generated parts.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace cli {

/// The pieces of a synopsis, one per form: "[-F | -h]", "{-n wparname | -f infile}", "wparname".
std::vector<std::string> synopsis(const Command& command, std::span<const Flag> flags);
/// "Usage: stopwpar [-F | -h] ...", wrapped; one paragraph per form.
std::string usage(const Command& command, std::string_view shown);
/// --help: summary, usage, flags, examples.
std::string help(const Command& command, std::string_view shown);
/// SYNOPSIS and OPTIONS as man(7) source.
std::string manual(const Command& command);
/// The flags of all forms, each letter once, sorted as ls would sort them.
std::vector<const Flag*> all_flags(const Command& command);

}  // namespace cli
