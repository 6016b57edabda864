#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    force_stop_flag,   // -F
    hard_stop_flag,    // -h
    no_time_out_flag,  // -N
    time_out_flag,     // -t
    verbose_flag,      // -v
    dry_run_flag,
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
