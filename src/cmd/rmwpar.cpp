#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "F", .meaning = "go on past failures; implies -s; for broken WPARs"},
    cli::Flag{.name = "p", .meaning = "keep its file systems for mkwpar -p"},
    cli::Flag{.name = "s", .meaning = "stop it first"},
    cli::Flag{.name = "v", .meaning = "verbose: also print the arguments and the return status"},
    cli::Flag{.name = "dry-run", .meaning = "print what would be done, change nothing"},
};

constexpr std::array examples = {
    cli::Example{"rmwpar web1", "remove a stopped WPAR"},
    cli::Example{"rmwpar -s web1", "stop it and remove it"},
    cli::Example{"rmwpar -F web1", "remove it in whatever state it is"},
};

constexpr cli::Command table = {.name = "rmwpar",
                                .verb = "remove",
                                .summary = "remove a WPAR",
                                .flags = flags,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = remove};

}  // namespace

const cli::Command& rmwpar() { return table; }

}  // namespace cmd
