#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "start it without addresses that are in use"},
    cli::Flag{.name = "m", .meaning = "maintenance: mount its file systems, start no process"},
    cli::Flag{.name = "v", .meaning = "verbose: also print the arguments and the return status"},
    cli::Flag{.name = "dry-run", .meaning = "print what would be done, change nothing"},
};

constexpr std::array examples = {
    cli::Example{"startwpar web1", "start it"},
    cli::Example{"startwpar -v web1", "the same, telling more"},
};

constexpr cli::Command table = {.name = "startwpar",
                                .verb = "start",
                                .summary = "start a defined WPAR",
                                .flags = flags,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = start};

}  // namespace

const cli::Command& startwpar() { return table; }

}  // namespace cmd
