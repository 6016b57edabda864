#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "without extended attributes and access lists"},
    cli::Flag{.name = "B",
              .meaning = "without the files of global directories that it may write to (namefs)"},
    cli::Flag{.name = "e", .meaning = "leave out what /etc/exclude.NAME lists (grep patterns)"},
    cli::Flag{.name = "f",
              .takes = cli::Takes::value,
              .value = "file",
              .meaning = "where to: a file, a device, or - for standard output"},
    cli::Flag{.name = "p", .meaning = "do not compress"},
    cli::Flag{.name = "T",
              .meaning = "all of one moment: an active WPAR stands still while it is read"},
    cli::Flag{.name = "v", .meaning = "verbose: also print the arguments and the return status"},
    cli::Flag{.name = "since",
              .takes = cli::Takes::value,
              .value = "backup",
              .meaning = "only what changed since that backup was made"},
};

constexpr std::array rules = {cli::Rule{cli::Rule::Kind::one_of, "f"}};

constexpr std::array examples = {
    cli::Example{"savewpar -f /backup/web1.bak web1", "back up definition and files"},
    cli::Example{"savewpar -T -f /backup/db1.bak db1", "let it stand still meanwhile"},
    cli::Example{"savewpar -f - web1 | ssh other 'cat > web1.bak'", "to another server"},
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
