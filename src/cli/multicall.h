// One program under many names: mkwpar, startwpar, ... are links to corral; `corral start web1` is
// the same by verb.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace cli {

/// For our own programs and scripts, not for people: `corral --ended NAME`.
struct Internal {
    std::string_view name;
    int (*action)(std::span<const std::string> words) = nullptr;
};

struct Program {
    std::span<const Command* const> commands = {};
    std::span<const Internal> internals = {};
    std::vector<std::string> (*names)() = nullptr;  // names of all WPARs, for completion
};

int multicall(const Program& program, int argc, char** argv);

}  // namespace cli
