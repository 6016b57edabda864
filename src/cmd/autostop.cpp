#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "t",
              .takes = cli::Takes::value,
              .value = "seconds",
              .meaning = "how long to wait until all have halted (60); the rest is then killed"},
    verbose_flag,
    dry_run_flag,
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
