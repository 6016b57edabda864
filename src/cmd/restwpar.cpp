#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "resolve clashes of name, base directory and addresses"},
    autostart_flag,  // -A
    blocks_flag,     // -b
    cli::Flag{.name = "B",
              .takes = Takes::value,
              .value = "devexports",
              .meaning = "this file of devices in place of the backup's"},
    cli::Flag{.name = "C", .meaning = "go on although it was made on another architecture"},
    cli::Flag{.name = "d",
              .takes = Takes::value,
              .value = "directory",
              .meaning = "base directory (the backup's, or /wpars/NAME)"},
    backup_flag,  // -f
    cli::Flag{.name = "F",
              .meaning = "replace the WPAR of that name, which goes when the new one is complete"},
    cli::Flag{.name = "h", .takes = Takes::value, .value = "hostname", .meaning = "host name"},
    cli::Flag{.name = "i",
              .takes = Takes::value,
              .value = "image_data",
              .meaning = "sizes of file systems from this file"},
    cli::Flag{.name = "k", .meaning = "file systems as small as their content allows"},
    cli::Flag{.name = "K", .meaning = "accepted as on AIX; changes nothing"},
    mkwpar_flags_flag,  // -M
    cli::Flag{.name = "n",
              .takes = Takes::value,
              .value = "wparname",
              .meaning = "name (the one in the backup)"},
    name_resolution_flag,  // -r
    cli::Flag{.name = "s", .meaning = "start it when it is restored"},
    cli::Flag{.name = "S",
              .takes = Takes::value,
              .value = "how",
              .meaning = "synchronize its root part: a or A only add, f or F force, n not at all"},
    cli::Flag{.name = "U", .meaning = "accepted as on AIX: there are no map files"},
    verbose_flag,
    cli::Flag{.name = "w",
              .takes = Takes::value,
              .value = "specfile",
              .meaning = "this specification file in place of the backup's"},
    cli::Flag{.name = "trust",
              .meaning = "also give it what no WPAR has by itself: privileges, devices, scripts"},
    cli::Flag{.name = "dry-run", .meaning = "check everything, print what would be done"},
};

constexpr std::array rules = {cli::Rule{cli::Rule::Kind::one_of, "f"},
                              cli::Rule{cli::Rule::Kind::exclusive, "aF"}};

constexpr std::array examples = {
    cli::Example{"restwpar -f /backup/web1.bak", "a WPAR that was removed, as it was"},
    cli::Example{"restwpar -F -f /backup/web1.bak", "in place of the one that is there"},
    cli::Example{"restwpar -a -n web2 -h web2 -r -d /wpars/web2 -U -f /backup/web1.bak",
                 "another one like it, with an address that is free"},
    cli::Example{"restwpar -f /backup/monday.bak -f /backup/tuesday.bak",
                 "a backup and what was added to it"},
    cli::Example{"restwpar --dry-run -f /backup/web1.bak", "check whether it would work"},
};

constexpr cli::Command table = {.name = "restwpar",
                                .verb = "restore",
                                .summary = "create a WPAR from a backup",
                                .flags = flags,
                                .rules = rules,
                                .examples = examples,
                                .ascii = true,
                                .action = restore};

}  // namespace

const cli::Command& restwpar() { return table; }

}  // namespace cmd
