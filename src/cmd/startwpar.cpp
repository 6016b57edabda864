#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "start it without addresses that are in use"},
    cli::Flag{.name = "1", .meaning = "load it: make everything ready, start no process"},
    cli::Flag{.name = "2", .meaning = "start the first process of one that was loaded with -1"},
    cli::Flag{.name = "e",
              .takes = cli::Takes::value,
              .value = "VAR=value ...",
              .meaning = "with -2: variables for its first process, in one argument"},
    cli::Flag{.name = "m", .meaning = "maintenance: mount its file systems, start no process"},
    verbose_flag,
    dry_run_flag,
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::exclusive, "12m"},
    cli::Rule{cli::Rule::Kind::exclusive, "2a"},
    cli::Rule{cli::Rule::Kind::needs, "e2"},
};

constexpr std::array examples = {
    cli::Example{"startwpar web1", "start it"},
    cli::Example{"startwpar -v web1", "the same, telling more"},
    cli::Example{"startwpar -1 web1", "make all ready"},
    cli::Example{"startwpar -2 -e LANG=C web1", "and then start its init, with a variable"},
};

constexpr cli::Command table = {.name = "startwpar",
                                .verb = "start",
                                .summary = "start a defined WPAR",
                                .flags = flags,
                                .rules = rules,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = start};

}  // namespace

const cli::Command& startwpar() { return table; }

}  // namespace cmd
