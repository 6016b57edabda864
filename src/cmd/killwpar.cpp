#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"
#include "cmd/operation_log.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    log_flag,
    log_level_flag,
    verbose_flag,
    dry_run_flag,
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::needs, "lo"},
};

constexpr std::array examples = {
    cli::Example{"killwpar web1", "end it; restartwpar goes on from its checkpoint"},
};

constexpr cli::Command table = {.name = "killwpar",
                                .verb = "kill",
                                .summary = "end a paused WPAR, of which a checkpoint is stored",
                                .flags = flags,
                                .rules = rules,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = kill_paused};

}  // namespace

const cli::Command& killwpar() { return table; }

}  // namespace cmd
