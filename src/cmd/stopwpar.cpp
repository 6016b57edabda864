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
    cli::Flag{.name = "r", .meaning = "start it again afterwards"},
    time_out_flag,  // -t
    verbose_flag,
    dry_run_flag,
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::exclusive, "Fh"},
    cli::Rule{cli::Rule::Kind::exclusive, "Nt"},
};

constexpr std::array examples = {
    cli::Example{"stopwpar web1", "shut it down in order"},
    cli::Example{"stopwpar -h -t 10 web1", "end it within ten seconds"},
    cli::Example{"stopwpar -F web1", "end it whatever it does"},
};

constexpr cli::Command table = {.name = "stopwpar",
                                .verb = "stop",
                                .summary = "stop an active WPAR",
                                .flags = flags,
                                .rules = rules,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = stop};

}  // namespace

const cli::Command& stopwpar() { return table; }

}  // namespace cmd
