#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "accepted as on AIX; changes nothing"},
    blocks_flag,  // -b
    cli::Flag{.name = "c", .meaning = "with -M and -N: fields with colons between them"},
    cli::Flag{.name = "D", .meaning = "accepted as on AIX; changes nothing"},
    cli::Flag{.name = "f",
              .takes = Takes::value,
              .value = "file",
              .meaning = "the backup: a file, a device, or - for standard input"},
    cli::Flag{.name = "l", .meaning = "when, where and how it was made, sizes, file systems"},
    cli::Flag{.name = "L", .meaning = "packages of the global environment it was made in"},
    cli::Flag{.name = "M", .meaning = "global directories that the WPAR may write to (namefs)"},
    cli::Flag{.name = "N", .meaning = "directories of servers (nfs)"},
    verbose_flag,
    cli::Flag{.name = "V", .meaning = "verify: read all of it, and check every digest"},
    cli::Flag{.name = "json", .meaning = "as JSON: what -l shows, definition and contents"},
};

constexpr std::array rules = {cli::Rule{cli::Rule::Kind::one_of, "f"},
                              cli::Rule{cli::Rule::Kind::exclusive, "lLMNV"}};

constexpr std::array examples = {
    cli::Example{"lssavewpar -f /backup/web1.bak", "names and sizes of all files"},
    cli::Example{"lssavewpar -l -f /backup/web1.bak", "what it is"},
    cli::Example{"lssavewpar -V -f /backup/web1.bak", "whether it can be trusted"},
};

constexpr cli::Command table = {.name = "lssavewpar",
                                .verb = "backups",
                                .summary = "list and verify the contents of a backup of a WPAR",
                                .flags = flags,
                                .rules = rules,
                                .examples = examples,
                                .needs = cli::Needs::nothing,
                                .action = list_backup};

constexpr std::array verify_flags = {
    verbose_flag,
    cli::Flag{.name = "json", .meaning = "as JSON: an object for each file"},
};
constexpr std::array verify_examples = {
    cli::Example{"corral verify /backup/web1.bak", "read all of it, and check every digest"},
    cli::Example{"corral verify /backup/monday.bak /backup/tuesday.bak", "several"},
};
constexpr cli::Command verify_table = {
    .name = "corral verify",
    .verb = "verify",
    .summary = "check every digest of backups, without restoring them",
    .flags = verify_flags,
    .operands = {.shown = "file ...", .least = 1, .most = cli::Operands::any, .wpars = 0},
    .examples = verify_examples,
    .needs = cli::Needs::nothing,
    .action = verify_backups};

}  // namespace

const cli::Command& lssavewpar() { return table; }
const cli::Command& verify() { return verify_table; }

}  // namespace cmd
