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
    cli::Example{"corral autostart", "what a boot runs"},
};

constexpr cli::Command table = {.name = "corral autostart",
                                .verb = "autostart",
                                .summary = "start all WPARs that are to start at boot",
                                .page = "corral",
                                .flags = flags,
                                .examples = examples,
                                .action = autostart};

}  // namespace

const cli::Command& autostart() { return table; }

}  // namespace cmd
