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
    directory_flag,  // -d
    cli::Flag{.name = "h",
              .takes = Takes::value,
              .value = "hostname",
              .meaning = "host name (the new WPAR's name)"},
    mkwpar_flags_flag,  // -M
    cli::Flag{.name = "N",
              .takes = Takes::pairs,
              .meaning = "one address, in place of all that the original has",
              .repeats = true,
              .stanza = spec::Stanza::network},
    name_resolution_flag,  // -r
    cli::Flag{.name = "s", .meaning = "start it when it is made"},
    cli::Flag{.name = "U", .meaning = "accepted, as by restwpar: there are no map files"},
    verbose_flag,
    dry_run_flag,
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
