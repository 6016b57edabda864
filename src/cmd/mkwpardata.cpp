#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "m",
              .meaning = "accepted as on AIX: maps of physical partitions mean nothing here"},
    verbose_flag,
    cli::Flag{.name = "X", .meaning = "accepted as on AIX: file systems do not grow by themselves"},
    cli::Flag{.name = "dry-run", .meaning = "check everything, write nothing"},
};

constexpr std::array examples = {
    cli::Example{"mkwpardata web1", "describe its file systems in /tmp/wpardata/web1/image.data"},
};

constexpr cli::Command table = {.name = "mkwpardata",
                                .verb = "describe",
                                .summary = "describe the file systems of a system WPAR in a file",
                                .flags = flags,
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .action = describe};

}  // namespace

const cli::Command& mkwpardata() { return table; }

}  // namespace cmd
