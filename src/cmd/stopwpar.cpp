#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "F", .meaning = "force: kill what does not end"},
    cli::Flag{.name = "h", .meaning = "hard stop: signal its processes to end"},
    cli::Flag{.name = "N", .meaning = "no time-out: wait until it has halted"},
    cli::Flag{.name = "r", .meaning = "start it again afterwards"},
    cli::Flag{.name = "t",
              .takes = cli::Takes::value,
              .value = "seconds",
              .meaning = "how long to wait for it to halt (600; with -h 60)"},
    cli::Flag{.name = "v", .meaning = "verbose: also print the arguments and the return status"},
    cli::Flag{.name = "dry-run", .meaning = "print what would be done, change nothing"},
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::exclusive, "Fh"},
    cli::Rule{cli::Rule::Kind::exclusive, "Nt"},
};

constexpr std::array examples = {
    cli::Example{"stopwpar web1", "shut it down in order"},
    cli::Example{"stopwpar -h -t 10 web1", "end it within ten seconds"},
    cli::Example{"stopwpar -F web1", "end it whatever it does"},
};

constexpr cli::Command table = {.name = "stopwpar",
                                .verb = "stop",
                                .summary = "stop an active WPAR",
                                .flags = flags,
                                .rules = rules,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = stop};

}  // namespace

const cli::Command& stopwpar() { return table; }

}  // namespace cmd
