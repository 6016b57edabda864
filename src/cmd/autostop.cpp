#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "t",
              .takes = cli::Takes::value,
              .value = "seconds",
              .meaning = "how long to wait until all have halted (60); the rest is then killed"},
    cli::Flag{.name = "v", .meaning = "verbose: also print the arguments and the return status"},
    cli::Flag{.name = "dry-run", .meaning = "print what would be done, change nothing"},
};

constexpr std::array examples = {
    cli::Example{"corral autostop", "what a shutdown runs"},
    cli::Example{"corral autostop -t 10", "when the battery will not last"},
};

constexpr cli::Command table = {.name = "corral autostop",
                                .verb = "autostop",
                                .summary = "stop all active WPARs",
                                .flags = flags,
                                .examples = examples,
                                .action = autostop};

}  // namespace

const cli::Command& autostop() { return table; }

}  // namespace cmd
