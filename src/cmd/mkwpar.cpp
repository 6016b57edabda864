#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "resolve clashes of base directory and addresses"},
    cli::Flag{.name = "A", .meaning = "start it at each boot of the global environment"},
    cli::Flag{.name = "c", .meaning = "make it checkpointable"},
    cli::Flag{.name = "d",
              .takes = Takes::value,
              .value = "directory",
              .meaning = "base directory (/wpars/NAME)"},
    cli::Flag{.name = "e",
              .takes = Takes::value,
              .value = "existingwpar",
              .meaning = "take all settings but the name from this WPAR"},
    cli::Flag{.name = "E",
              .takes = Takes::value,
              .value = "directory",
              .meaning = "where a rootvg WPAR keeps its files in the global environment"},
    cli::Flag{.name = "f",
              .takes = Takes::value,
              .value = "infile",
              .meaning = "read this specification file"},
    cli::Flag{.name = "F", .meaning = "go on past errors that are not fatal; overwrite outfile"},
    cli::Flag{.name = "g",
              .takes = Takes::value,
              .value = "vg",
              .meaning = "volume group of new file systems that name none"},
    cli::Flag{.name = "h",
              .takes = Takes::value,
              .value = "hostname",
              .meaning = "host name (the WPAR's name)"},
    cli::Flag{.name = "H",
              .takes = Takes::value,
              .value = "architecture",
              .meaning = "lowest processor architecture it may move to (none)"},
    cli::Flag{.name = "i", .meaning = "a routing table of its own"},
    cli::Flag{.name = "I",
              .takes = Takes::pairs,
              .meaning = "one route; implies -i",
              .repeats = true,
              .stanza = spec::Stanza::route},
    cli::Flag{.name = "k",
              .takes = Takes::value,
              .value = "path",
              .meaning = "script to run once after installation",
              .repeats = true},
    cli::Flag{.name = "l", .meaning = "detached: writable /usr and /opt of its own"},
    cli::Flag{.name = "M",
              .takes = Takes::pairs,
              .meaning = "one file system or directory",
              .repeats = true,
              .stanza = spec::Stanza::mount},
    cli::Flag{.name = "n", .takes = Takes::value, .value = "wparname", .meaning = "the name"},
    cli::Flag{.name = "N",
              .takes = Takes::pairs,
              .meaning = "one address",
              .repeats = true,
              .stanza = spec::Stanza::network},
    cli::Flag{.name = "o",
              .takes = Takes::value,
              .value = "outfile",
              .meaning = "also write the resulting specification file"},
    cli::Flag{.name = "O", .meaning = "overwrite volume groups on the disks of a rootvg WPAR"},
    cli::Flag{.name = "p",
              .takes = Takes::optional,
              .value = "name",
              .meaning = "keep what rmwpar -p left: create and populate nothing"},
    cli::Flag{.name = "P", .meaning = "ask for the root password of the WPAR"},
    cli::Flag{.name = "r", .meaning = "copy the global files of name resolution into the WPAR"},
    cli::Flag{.name = "R",
              .takes = Takes::pairs,
              .meaning = "resource controls",
              .stanza = spec::Stanza::resources},
    cli::Flag{.name = "s", .meaning = "start it when it is made"},
    cli::Flag{.name = "S",
              .takes = Takes::pairs,
              .meaning = "privileges: privs=, privs+=, privs-=, secfile=",
              .stanza = spec::Stanza::security},
    cli::Flag{.name = "u",
              .takes = Takes::value,
              .value = "userscript",
              .meaning = "script that is called before and after start and stop"},
    cli::Flag{
        .name = "U", .takes = Takes::optional, .value = "uuid", .meaning = "its UUID (a new one)"},
    cli::Flag{.name = "v", .meaning = "verbose: also print the arguments and the return status"},
    cli::Flag{.name = "w", .meaning = "with -o: write the specification file only"},
    cli::Flag{.name = "W", .meaning = "with -e: accepted, as on AIX; changes nothing"},
    cli::Flag{.name = "dry-run", .meaning = "print what would be done, change nothing"},
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::exclusive, "ef"},
    cli::Rule{cli::Rule::Kind::needs, "wo"},
    cli::Rule{cli::Rule::Kind::needs, "We"},
    cli::Rule{cli::Rule::Kind::one_of, "nfpw"},
};

constexpr std::array examples = {
    cli::Example{"mkwpar -n web1", "a WPAR that shares /usr and /opt of the global environment"},
    cli::Example{"mkwpar -n web1 -s -r -N interface=en0 address=192.168.21.136 netmask=255.255.0.0",
                 "one with an address, started at once"},
    cli::Example{"mkwpar -l -n web1", "a detached one: software can be installed inside"},
    cli::Example{"mkwpar -n web1 -M directory=/ vfs=jfs2 size=5G -M directory=/usr vfs=directory",
                 "a file system of 5 GB, with a writable /usr in it"},
    cli::Example{"mkwpar -n web2 -e web1 -a", "another with the settings of web1"},
    cli::Example{"mkwpar -w -o /tmp/web.spec -e web1", "write the settings of web1 to a file"},
};

constexpr cli::Command table = {.name = "mkwpar",
                                .verb = "make",
                                .summary = "create a system WPAR or a specification file",
                                .flags = flags,
                                .rules = rules,
                                .examples = examples,
                                .ascii = true,
                                .action = make};

}  // namespace

const cli::Command& mkwpar() { return table; }

}  // namespace cmd
