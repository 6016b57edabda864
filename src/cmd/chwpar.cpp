#include <array>

#include "cli/flags.h"
#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "leave out addresses that are in use"},
    autostart_flag,       // -A
    checkpointable_flag,  // -c
    cli::Flag{.name = "d",
              .takes = Takes::value,
              .value = "directory",
              .meaning = "move the base directory; the WPAR must be stopped"},
    cli::Flag{.name = "F", .meaning = "go on past errors that are not fatal"},
    cli::Flag{.name = "h", .takes = Takes::value, .value = "hostname", .meaning = "host name"},
    cli::Flag{.name = "H",
              .takes = Takes::value,
              .value = "architecture",
              .meaning = "lowest processor architecture it may move to"},
    own_routing_flag,  // -i
    cli::Flag{.name = "I",
              .takes = Takes::pairs,
              .meaning = "add a route; implies -i",
              .repeats = true,
              .stanza = spec::Stanza::route},
    cli::Flag{.name = "K", .meaning = "take back what the other flags name"},
    cli::Flag{.name = "M",
              .takes = Takes::pairs,
              .meaning = "add or change a file system",
              .repeats = true,
              .stanza = spec::Stanza::mount},
    cli::Flag{.name = "n",
              .takes = Takes::value,
              .value = "newname",
              .meaning = "rename it; the WPAR must be stopped"},
    cli::Flag{.name = "N",
              .takes = Takes::pairs,
              .meaning = "add or change an address",
              .repeats = true,
              .stanza = spec::Stanza::network},
    cli::Flag{.name = "P", .meaning = "ask for a new root password of the WPAR"},
    cli::Flag{.name = "R",
              .takes = Takes::pairs,
              .meaning = "resource controls; in force at once",
              .stanza = spec::Stanza::resources},
    cli::Flag{.name = "S",
              .takes = Takes::pairs,
              .meaning = "privileges: privs=, privs+=, privs-=, secfile=; from the next start",
              .stanza = spec::Stanza::security},
    userscript_flag,  // -u
    cli::Flag{.name = "U",
              .takes = Takes::optional,
              .value = "uuid",
              .meaning = "another UUID (a new one)",
              .fits = cli::is_uuid},
    verbose_flag,
    cli::Flag{.name = "x", .meaning = "share semaphores and memory with others; application WPARs"},
    dry_run_flag,
};

constexpr std::array taking_back = {
    cli::Flag{.name = "A", .meaning = "do not start it at boot"},
    cli::Flag{.name = "c", .meaning = "not checkpointable"},
    cli::Flag{.name = "F", .meaning = "go on past errors that are not fatal"},
    cli::Flag{.name = "i", .meaning = "use the global routing table"},
    cli::Flag{.name = "I",
              .takes = Takes::pairs,
              .meaning = "remove the route with these attributes",
              .repeats = true,
              .stanza = spec::Stanza::route},
    cli::Flag{.name = "K", .meaning = "take back what the other flags name"},
    cli::Flag{.name = "M",
              .takes = Takes::pairs,
              .meaning = "remove the file system on directory=",
              .repeats = true,
              .stanza = spec::Stanza::mount},
    cli::Flag{.name = "N",
              .takes = Takes::pairs,
              .meaning = "remove address= or address6=",
              .repeats = true,
              .stanza = spec::Stanza::network},
    cli::Flag{.name = "R",
              .takes = Takes::names,
              .meaning = "default values of the named resource controls, or of all",
              .stanza = spec::Stanza::resources},
    cli::Flag{.name = "S", .meaning = "the default privileges"},
    cli::Flag{.name = "u", .meaning = "no user script"},
    verbose_flag,
    cli::Flag{.name = "x", .meaning = "share no semaphores and memory"},
    dry_run_flag,
};

constexpr std::array examples = {
    cli::Example{"chwpar -R CPU=10%-50%,100% memory=0%-25%,50% web1", "limit CPU and memory"},
    cli::Example{"chwpar -N interface=en0 address=192.168.21.140 netmask=255.255.0.0 web1",
                 "add an address"},
    cli::Example{"chwpar -K -N address=192.168.21.140 web1", "remove that address"},
    cli::Example{"chwpar -K -R memory web1", "no memory limit any more"},
    cli::Example{"chwpar -h www web1", "another host name, also while it runs"},
};

constexpr cli::Command table = {.name = "chwpar",
                                .verb = "change",
                                .summary = "change the settings of a WPAR",
                                .flags = flags,
                                .form = {.key = 'K', .flags = taking_back},
                                .operands = {.shown = "wparname", .least = 1, .most = 1},
                                .examples = examples,
                                .ascii = true,
                                .action = change};

}  // namespace

const cli::Command& chwpar() { return table; }

}  // namespace cmd
