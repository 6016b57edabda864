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
    cli::Example{"corral autostart", "what a boot runs"},
};

constexpr cli::Command table = {.name = "corral autostart",
                                .verb = "autostart",
                                .summary = "start all WPARs that are to start at boot",
                                .page = "corral",
                                .flags = flags,
                                .examples = examples,
                                .action = autostart};

}  // namespace

const cli::Command& autostart() { return table; }

}  // namespace cmd
