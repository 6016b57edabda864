#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "C", .meaning = "ask for the user's password first"},
    cli::Flag{.name = "l",
              .takes = cli::Takes::value,
              .value = "user",
              .meaning = "user to become in the WPAR (root)"},
};

constexpr std::array examples = {
    cli::Example{"clogin web1", "a login shell of root"},
    cli::Example{"clogin web1 -l www /usr/bin/id", "one command as user www"},
};

constexpr cli::Command table = {.name = "clogin",
                                .verb = "login",
                                .summary = "log in to an active WPAR, or run a command in it",
                                .flags = flags,
                                .operands = {.shown = "wparname [command [argument ...]]",
                                             .least = 1,
                                             .most = cli::Operands::any,
                                             .last_before = 2,
                                             .wpars = 1},
                                .examples = examples,
                                .action = log_in};

}  // namespace

const cli::Command& clogin() { return table; }

}  // namespace cmd
