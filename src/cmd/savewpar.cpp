#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "without extended attributes and access lists"},
    cli::Flag{.name = "A", .meaning = "accepted as on AIX: there are no DMAPI file systems"},
    cli::Flag{.name = "b",
              .takes = cli::Takes::value,
              .value = "blocks",
              .meaning = "accepted as on AIX: blocks of a write; Linux has no use for it"},
    cli::Flag{.name = "B",
              .meaning = "without the files of global directories that it may write to (namefs)"},
    cli::Flag{.name = "e", .meaning = "leave out what /etc/exclude.NAME lists (grep patterns)"},
    cli::Flag{.name = "f",
              .takes = cli::Takes::value,
              .value = "file",
              .meaning = "where to: a file, a device, or - for standard output"},
    cli::Flag{.name = "i", .meaning = "describe the file systems afresh, as always"},
    cli::Flag{.name = "m", .meaning = "the same: maps of physical partitions mean nothing here"},
    cli::Flag{.name = "N", .meaning = "with the files of NFS mounts that it may write to"},
    cli::Flag{.name = "p", .meaning = "do not compress: a plain tar archive"},
    cli::Flag{
        .name = "P",
        .meaning = "accepted as on AIX: what is compressed already is stored as it is anyway"},
    cli::Flag{
        .name = "T",
        .meaning = "all of one moment: from a snapshot, or an active WPAR stands still meanwhile"},
    cli::Flag{.name = "v", .meaning = "verbose: also list the files"},
    cli::Flag{.name = "V", .meaning = "verify: read what was written again, and check all digests"},
    cli::Flag{.name = "X", .meaning = "accepted as on AIX: nothing is written to /tmp"},
    cli::Flag{.name = "Z", .meaning = "accepted as on AIX: there are no EFS-encrypted files"},
    cli::Flag{.name = "level",
              .takes = cli::Takes::value,
              .value = "1-19",
              .meaning = "how hard to compress; 3 without it"},
    cli::Flag{.name = "since",
              .takes = cli::Takes::value,
              .value = "backup",
              .meaning = "only what changed since that backup was made"},
    cli::Flag{.name = "dry-run", .meaning = "say what would be backed up; write nothing"},
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::one_of, "f"},
    cli::Rule{cli::Rule::Kind::exclusive, "im"},
};

constexpr std::array examples = {
    cli::Example{"savewpar -f /backup/web1.bak web1", "back up definition and files"},
    cli::Example{"savewpar -T -f /backup/db1.bak db1", "let it stand still meanwhile"},
    cli::Example{"savewpar --since web1.bak -f web1.2.bak web1", "what changed since then"},
    cli::Example{"savewpar -f - web1", "into a pipe, as to: ssh other 'cat > web1.bak'"},
};

constexpr cli::Command table = {.name = "savewpar",
                                .verb = "save",
                                .summary = "back up a system WPAR",
                                .flags = flags,
                                .rules = rules,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = save};

}  // namespace

const cli::Command& savewpar() { return table; }

}  // namespace cmd
