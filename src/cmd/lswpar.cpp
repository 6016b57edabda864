#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{.name = "a",
              .takes = Takes::value,
              .value = "field[,field...]",
              .meaning = "these fields only"},
    cli::Flag{.name = "b", .meaning = "bootsets of rootvg WPARs (none exist on Linux)"},
    cli::Flag{.name = "B",
              .takes = Takes::variant,
              .value = "rf",
              .meaning = "details of bootsets (none exist on Linux)"},
    cli::Flag{.name = "c", .meaning = "fields separated by colons"},
    cli::Flag{.name = "d",
              .takes = Takes::value,
              .value = "delimiter",
              .meaning = "fields separated by this string"},
    cli::Flag{.name = "D", .meaning = "device exports"},
    cli::Flag{.name = "G", .meaning = "general settings"},
    cli::Flag{.name = "I", .meaning = "user-specified routes"},
    cli::Flag{.name = "L", .meaning = "everything"},
    cli::Flag{.name = "M", .meaning = "file systems"},
    cli::Flag{.name = "N", .meaning = "network"},
    cli::Flag{.name = "q", .meaning = "no header"},
    cli::Flag{.name = "R", .meaning = "resource controls"},
    cli::Flag{.name = "s",
              .takes = Takes::value,
              .value = "states",
              .meaning = "only WPARs in these states: D A L F P T B"},
    cli::Flag{.name = "S", .meaning = "privileges"},
    cli::Flag{.name = "t",
              .takes = Takes::value,
              .value = "types",
              .meaning = "only WPARs of these types: S A L"},
    cli::Flag{.name = "T", .meaning = "the operation in progress"},
    cli::Flag{.name = "X", .meaning = "kernel extensions"},
    cli::Flag{.name = "blockers", .meaning = "what stands in the way of a checkpoint now"},
    cli::Flag{.name = "json", .meaning = "as JSON"},
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::exclusive, "bBDGILMNRSTX"},
    cli::Rule{cli::Rule::Kind::exclusive, "cd"},
};

constexpr std::array examples = {
    cli::Example{"lswpar", "one line for each WPAR"},
    cli::Example{"lswpar -L web1", "all about web1"},
    cli::Example{"lswpar -qca name,state", "names and states for a script"},
    cli::Example{"lswpar -Ncq web1", "its addresses for a script"},
    cli::Example{"lswpar --blockers web1", "what in web1 could not be checkpointed now"},
    cli::Example{"lswpar -s A --json", "all active ones as JSON"},
};

constexpr cli::Command table = {
    .name = "lswpar",
    .verb = "list",
    .summary = "list WPARs and their settings",
    .flags = flags,
    .rules = rules,
    .operands = {.shown = "[wparname ...]", .least = 0, .most = cli::Operands::any},
    .examples = examples,
    .needs = cli::Needs::nothing,
    .action = list};

}  // namespace

const cli::Command& lswpar() { return table; }

}  // namespace cmd
