#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "F", .meaning = "force: kill what does not end"},
    cli::Flag{.name = "h", .meaning = "hard stop: signal its processes to end"},
    cli::Flag{.name = "N", .meaning = "no time-out: wait until it has halted"},
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
    cli::Example{"rebootwpar web1", "shut it down in order and start it"},
    cli::Example{"rebootwpar -F web1", "the same whatever it does"},
};

constexpr cli::Command table = {.name = "rebootwpar",
                                .verb = "reboot",
                                .summary = "stop a system WPAR and start it again",
                                .flags = flags,
                                .rules = rules,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = reboot};

}  // namespace

const cli::Command& rebootwpar() { return table; }

}  // namespace cmd
