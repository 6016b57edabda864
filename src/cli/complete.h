// What a shell may offer for the word under the cursor.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/multicall.h"

namespace cli {

/// The line up to the cursor, the command first. Candidates for its last word; after "name=" only
/// what follows the equals sign, as bash breaks words there. Nothing where the shell should offer
/// files.
std::vector<std::string> complete(const Program& program, std::string_view line);
/// The script that bash loads.
std::string bash_script(const Program& program);

}  // namespace cli
