#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    verbose_flag,
    dry_run_flag,
};

constexpr std::array examples = {
    cli::Example{"corral freeze web1", "nothing in it runs, until it is thawed"},
};

constexpr cli::Command table = {.name = "corral freeze",
                                .verb = "freeze",
                                .summary = "make all processes of a WPAR stand still",
                                .flags = flags,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = freeze};

}  // namespace

const cli::Command& freeze() { return table; }

}  // namespace cmd
