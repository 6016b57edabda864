#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{
        .name = "f",
        .meaning = "create: make one also when the newest is the same as the global environment"},
    cli::Flag{
        .name = "k",
        .takes = Takes::value,
        .value = "form",
        .meaning = "create: reflink, erofs or copy (the first of them that this machine can)"},
    cli::Flag{.name = "v", .meaning = "diff: the files, too; list: the digests"},
    cli::Flag{.name = "unused", .meaning = "remove: all that no WPAR uses"},
    cli::Flag{.name = "json", .meaning = "list: as JSON"},
    dry_run_flag,
};

constexpr std::array examples = {
    cli::Example{"corral generation create", "the software as it is now, for WPARs to come"},
    cli::Example{"corral generation list", "all of them, and who uses which"},
    cli::Example{"corral generation diff 3 live",
                 "what has changed in the global environment since"},
    cli::Example{"corral generation remove --unused", "what nobody needs any more"},
};

constexpr std::array<std::string_view, 5> verbs = {"create", "diff", "list", "live", "remove"};

constexpr cli::Command table = {
    .name = "corral generation",
    .verb = "generation",
    .summary = "keep immutable copies of the global environment's software for WPARs",
    .flags = flags,
    .operands = {.shown = "{create | list | remove [number ...] | diff number [number | live]}",
                 .least = 1,
                 .most = cli::Operands::any,
                 .wpars = 0,
                 .words = verbs},
    .examples = examples,
    .action = generations};

}  // namespace

const cli::Command& generation() { return table; }

}  // namespace cmd
