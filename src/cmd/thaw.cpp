#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {

    cli::Flag{.name = "v", .meaning = "verbose: also print the arguments and the return status"},
    cli::Flag{.name = "dry-run", .meaning = "print what would be done, change nothing"},
};

constexpr std::array examples = {
    cli::Example{"corral thaw web1", "go on"},
};

constexpr cli::Command table = {.name = "corral thaw",
                                .verb = "thaw",
                                .summary = "let a frozen WPAR go on",
                                .flags = flags,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = thaw};

}  // namespace

const cli::Command& thaw() { return table; }

}  // namespace cmd
