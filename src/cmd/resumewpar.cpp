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
    cli::Example{"resumewpar web1", "let it go on where it stood still"},
    cli::Example{"resumewpar -o /var/log/web1.log -l debug web1",
                 "the same, writing down each step"},
};

constexpr cli::Command table = {.name = "resumewpar",
                                .verb = "resume",
                                .summary = "let a paused WPAR go on",
                                .flags = flags,
                                .rules = rules,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = resume};

}  // namespace

const cli::Command& resumewpar() { return table; }

}  // namespace cmd
