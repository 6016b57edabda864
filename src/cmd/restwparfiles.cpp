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
    cli::Flag{.name = "d",
              .takes = Takes::value,
              .value = "path",
              .meaning = "restore below this directory (the present one)"},
    cli::Flag{.name = "D", .meaning = "accepted as on AIX; changes nothing"},
    backup_flag,  // -f
    cli::Flag{.name = "m", .meaning = "only the files in front, into .savewpar_dir"},
    cli::Flag{.name = "n", .meaning = "without extended attributes and access lists"},
    verbose_flag,
    cli::Flag{.name = "V", .meaning = "verify all of the backup first"},
    cli::Flag{.name = "dry-run", .meaning = "check everything, print what would be done"},
};

constexpr std::array rules = {cli::Rule{cli::Rule::Kind::one_of, "f"}};

constexpr std::array examples = {
    cli::Example{"restwparfiles -f /backup/web1.bak -d /tmp/old ./etc/passwd ./home",
                 "a file and a directory, beside"},
    cli::Example{"restwparfiles -f /backup/web1.bak -d /wpars/web1 ./etc/passwd", "in place"},
    cli::Example{"restwparfiles -f /backup/monday.bak -f /backup/tuesday.bak -d /tmp/old ./etc",
                 "from a backup and what was added to it"},
    cli::Example{"restwparfiles -m -f /backup/web1.bak", "only the specification, to be edited"},
};

constexpr cli::Command table = {
    .name = "restwparfiles",
    .verb = "restore-files",
    .summary = "restore files from a backup of a WPAR",
    .flags = flags,
    .rules = rules,
    .operands = {.shown = "[file ...]", .least = 0, .most = cli::Operands::any, .wpars = 0},
    .examples = examples,
    .action = restore_files};

}  // namespace

const cli::Command& restwparfiles() { return table; }

}  // namespace cmd
