#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/operation_log.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "d",
              .takes = cli::Takes::value,
              .value = "statedir",
              .meaning = "where to: a directory that is not there yet, or empty"},
    cli::Flag{.name = "k", .meaning = "kill it when all is stored"},
    log_level_flag,
    cli::Flag{.name = "n",
              .meaning = "only say whether it could be done, and what stands in the way"},
    log_flag,
    cli::Flag{.name = "p", .meaning = "leave it Paused: resumewpar or killwpar comes next"},
    cli::Flag{.name = "v", .meaning = "verbose: also how long it stood still"},
    cli::Flag{.name = "dry-run", .meaning = "the same as -n"},
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::exclusive, "kp"},
    cli::Rule{cli::Rule::Kind::needs, "lo"},
};

constexpr std::array examples = {
    cli::Example{"chkptwpar -n web1", "could it be checkpointed as it is now?"},
    cli::Example{"chkptwpar -d /var/chkpt/web1 web1", "store its state; it runs on"},
    cli::Example{"chkptwpar -k -d /var/chkpt/web1 web1", "store its state and end it"},
};

constexpr cli::Command table = {.name = "chkptwpar",
                                .verb = "checkpoint",
                                .summary = "store the running state of a WPAR on disk",
                                .flags = flags,
                                .rules = rules,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = checkpoint};

}  // namespace

const cli::Command& chkptwpar() { return table; }

}  // namespace cmd
