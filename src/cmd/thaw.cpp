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
    cli::Example{"corral thaw web1", "go on"},
};

constexpr cli::Command table = {.name = "corral thaw",
                                .verb = "thaw",
                                .summary = "let a frozen WPAR go on",
                                .flags = flags,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = thaw};

}  // namespace

const cli::Command& thaw() { return table; }

}  // namespace cmd
