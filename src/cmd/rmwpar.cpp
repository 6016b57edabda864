#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "F", .meaning = "go on past failures; implies -s; for broken WPARs"},
    cli::Flag{.name = "p", .meaning = "keep its file systems for mkwpar -p"},
    cli::Flag{.name = "s", .meaning = "stop it first"},
    verbose_flag,
    dry_run_flag,
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
