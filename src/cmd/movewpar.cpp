#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{.name = "e",
              .takes = Takes::value,
              .value = "command",
              .meaning = "in place of ssh: a command that is given the host and what to run there"},
    cli::Flag{.name = "k",
              .meaning = "keep what is here: it stays, and cannot be started (--confirm, --abort)"},
    cli::Flag{.name = "n", .meaning = "preview: say all that stands in the way; move nothing"},
    cli::Flag{.name = "N",
              .takes = Takes::value,
              .value = "here=there",
              .meaning = "another interface there, as in en0=eth1",
              .repeats = true},
    cli::Flag{.name = "s", .meaning = "static: an active one is stopped here and started there"},
    verbose_flag,
    cli::Flag{.name = "abort", .meaning = "it is not there: it is to be here again"},
    cli::Flag{.name = "confirm", .meaning = "it is there: remove what is left of it here"},
    cli::Flag{.name = "max-downtime",
              .takes = Takes::value,
              .value = "time",
              .meaning = "as in 500ms or 2s: how it goes is chosen so, or it does not go"},
    cli::Flag{.name = "resolve", .meaning = "ask the other host, after a link was cut"},
    cli::Flag{.name = "trust",
              .meaning = "also give it what no WPAR has by itself: privileges, devices, scripts"},
    cli::Flag{.name = "json", .meaning = "what was found and how long each phase took, as JSON"},
    cli::Flag{.name = "dry-run", .meaning = "the same as -n"},
};

constexpr std::array examples = {
    cli::Example{"movewpar -n web1 root@server2", "would it work?"},
    cli::Example{"movewpar web1 root@server2", "it goes on there, with all that runs in it"},
    cli::Example{"movewpar --max-downtime 500ms web1 root@server2", "only if it fits"},
    cli::Example{"movewpar -s web1 root@server2", "stop it here, start it there"},
    cli::Example{"movewpar -s -N en0=eth1 web1 root@server2", "its interface has another name"},
    cli::Example{"movewpar --resolve web1", "the link was cut: whose is it?"},
};

constexpr cli::Command table = {
    .name = "movewpar",
    .verb = "move",
    .summary = "move a WPAR to another host",
    .flags = flags,
    .operands = {.shown = "wparname [root@host]", .least = 1, .most = 2, .wpars = 1},
    .examples = examples,
    .action = move};

}  // namespace

const cli::Command& movewpar() { return table; }

}  // namespace cmd
