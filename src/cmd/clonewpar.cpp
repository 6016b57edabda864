#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "resolve clashes of name, base directory and addresses"},
    cli::Flag{.name = "A", .meaning = "start it at each boot of the global environment"},
    cli::Flag{.name = "d",
              .takes = Takes::value,
              .value = "directory",
              .meaning = "base directory (/wpars/NAME)"},
    cli::Flag{.name = "h",
              .takes = Takes::value,
              .value = "hostname",
              .meaning = "host name (the new WPAR's name)"},
    cli::Flag{.name = "M",
              .takes = Takes::value,
              .value = "mkwparflags",
              .meaning = "other settings, as flags of mkwpar in one word"},
    cli::Flag{.name = "N",
              .takes = Takes::pairs,
              .meaning = "one address, in place of all that the original has",
              .repeats = true,
              .stanza = spec::Stanza::network},
    cli::Flag{.name = "r", .meaning = "copy the global files of name resolution into the WPAR"},
    cli::Flag{.name = "s", .meaning = "start it when it is made"},
    cli::Flag{.name = "U", .meaning = "accepted, as by restwpar: there are no map files"},
    cli::Flag{.name = "v", .meaning = "verbose: also print the arguments and the return status"},
    cli::Flag{.name = "dry-run", .meaning = "print what would be done, change nothing"},
};

constexpr std::array examples = {
    cli::Example{"clonewpar -N address=192.168.21.131 web1 web2",
                 "another like web1, with an address of its own"},
    cli::Example{"clonewpar -a -s web1 web2",
                 "leave out the addresses that web1 has, and start it"},
    cli::Example{"clonewpar -a -h shop.example.com -d /srv/wpars/shop web1 shop",
                 "another place and host name"},
    cli::Example{"clonewpar --dry-run -a web1 web2", "show what would be made, and how"},
};

constexpr cli::Command table = {
    .name = "clonewpar",
    .verb = "clone",
    .summary = "make another WPAR with what one holds",
    .flags = flags,
    .operands = {.shown = "wparname newname", .least = 2, .most = 2, .wpars = 1},
    .examples = examples,
    .ascii = true,
    .action = clone};

}  // namespace

const cli::Command& clonewpar() { return table; }

}  // namespace cmd
