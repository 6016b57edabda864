#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"
#include "cmd/operation_log.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "d",
              .takes = cli::Takes::value,
              .value = "statedir",
              .meaning = "the directory that chkptwpar made"},
    cli::Flag{.name = "F", .meaning = "although its files have been used since the checkpoint"},
    log_level_flag,
    log_flag,
    cli::Flag{.name = "p", .meaning = "leave it Paused: resumewpar or killwpar comes next"},
    verbose_flag,
    cli::Flag{.name = "dry-run", .meaning = "check everything, change nothing"},
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::one_of, "d"},
    cli::Rule{cli::Rule::Kind::needs, "lo"},
};

constexpr std::array examples = {
    cli::Example{"restartwpar -d /var/chkpt/web1 web1", "go on from there"},
    cli::Example{"restartwpar -p -d /var/chkpt/web1 web1", "all there, but Paused"},
};

constexpr cli::Command table = {.name = "restartwpar",
                                .verb = "restart",
                                .summary = "let a WPAR go on from a checkpoint",
                                .flags = flags,
                                .rules = rules,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = restart};

}  // namespace

const cli::Command& restartwpar() { return table; }

}  // namespace cmd
