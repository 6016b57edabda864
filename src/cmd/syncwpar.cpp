#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "only add what is new; replace and remove nothing"},
    cli::Flag{.name = "A", .meaning = "all system WPARs that share /usr"},
    cli::Flag{.name = "d",
              .takes = cli::Takes::value,
              .value = "generation:N",
              .meaning = "with -D: which generation; the newest, made if need be"},
    cli::Flag{
        .name = "D",
        .meaning =
            "detached WPARs that write over a generation (mkwpar -l): move them to another one"},
    cli::Flag{.name = "f",
              .takes = cli::Takes::value,
              .value = "file",
              .meaning = "the WPARs that are named in a file, one to a line"},
    cli::Flag{
        .name = "F",
        .meaning = "force: what was changed in the WPAR is replaced, too; kept as FILE.dpkg-old"},
    cli::Flag{.name = "i", .meaning = "packages of the system's package manager only, as always"},
    cli::Flag{.name = "p", .meaning = "preview: list what would be done, change nothing"},
    cli::Flag{.name = "r", .meaning = "RPM packages only: there are none, so nothing is done"},
    cli::Flag{.name = "v", .meaning = "verbose: also list what is done to each file"},
    cli::Flag{.name = "X",
              .meaning = "file systems of its own grow if they are too small for what comes"},
    cli::Flag{.name = "json", .meaning = "print what is done, or with -p would be, as JSON"},
    cli::Flag{.name = "dry-run", .meaning = "the same as -p"},
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::exclusive, "Af"},
    cli::Rule{cli::Rule::Kind::exclusive, "aF"},
    cli::Rule{cli::Rule::Kind::exclusive, "ir"},
    cli::Rule{cli::Rule::Kind::needs, "dD"},
};

constexpr std::array examples = {
    cli::Example{"syncwpar web1", "bring it level with the software of the global environment"},
    cli::Example{"syncwpar -p web1", "show what would be done"},
    cli::Example{"syncwpar -A", "all that share /usr"},
    cli::Example{"syncwpar -D -d generation:3 own", "move a detached one to generation 3"},
};

constexpr cli::Command table = {
    .name = "syncwpar",
    .verb = "sync",
    .summary = "bring WPARs level with the software of the global environment",
    .flags = flags,
    .rules = rules,
    .operands = {.shown = "[wparname ...]", .least = 0, .most = cli::Operands::any},
    .examples = examples,
    .action = sync};

}  // namespace

const cli::Command& syncwpar() { return table; }

}  // namespace cmd
