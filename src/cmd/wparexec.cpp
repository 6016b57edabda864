#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{.name = "1", .meaning = "define it only; startwpar runs it"},
    cli::Flag{.name = "a", .meaning = "append a number to a name that is taken"},
    cli::Flag{.name = "c", .meaning = "make it checkpointable"},
    cli::Flag{.name = "e",
              .takes = Takes::value,
              .value = "existingwpar",
              .meaning = "take all settings but the name from this WPAR"},
    cli::Flag{.name = "f",
              .takes = Takes::value,
              .value = "infile",
              .meaning = "read this specification file"},
    cli::Flag{.name = "F", .meaning = "go on past errors that are not fatal; overwrite outfile"},
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
    cli::Flag{.name = "M",
              .takes = Takes::pairs,
              .meaning = "one file system",
              .repeats = true,
              .stanza = spec::Stanza::mount},
    cli::Flag{.name = "n",
              .takes = Takes::value,
              .value = "wparname",
              .meaning = "the name (the command's base name)"},
    cli::Flag{.name = "N",
              .takes = Takes::pairs,
              .meaning = "one address",
              .repeats = true,
              .stanza = spec::Stanza::network},
    cli::Flag{.name = "o",
              .takes = Takes::value,
              .value = "outfile",
              .meaning = "also write the resulting specification file"},
    cli::Flag{.name = "R",
              .takes = Takes::pairs,
              .meaning = "resource controls",
              .stanza = spec::Stanza::resources},
    cli::Flag{.name = "u",
              .takes = Takes::value,
              .value = "userscript",
              .meaning = "script that is called before and after start and stop"},
    cli::Flag{.name = "v", .meaning = "verbose: also print the arguments and the return status"},
    cli::Flag{.name = "w", .meaning = "with -o: write the specification file only"},
    cli::Flag{.name = "x", .meaning = "share semaphores and memory with others"},
    cli::Flag{.name = "checkpoint-every",
              .takes = Takes::value,
              .value = "interval",
              .meaning = "store its state every so often (90s, 10m, 2h); implies -c"},
    cli::Flag{.name = "checkpoint-dir",
              .takes = Takes::value,
              .value = "directory",
              .meaning = "where, in a directory of its name (/var/lib/wpars/.checkpoints)"},
    cli::Flag{.name = "resume",
              .meaning = "go on from the last state that was stored of this command"},
    cli::Flag{.name = "dry-run", .meaning = "print what would be done, change nothing"},
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::exclusive, "ef"},
    cli::Rule{cli::Rule::Kind::needs, "wo"},
    cli::Rule{cli::Rule::Kind::exclusive, "1w"},
};

constexpr std::array examples = {
    cli::Example{"wparexec /usr/bin/vmstat 5 3", "one command in a WPAR called vmstat"},
    cli::Example{"wparexec -n job -R memory=0%-10%,20% -- LANG=C /usr/bin/sort /tmp/big",
                 "with a limit and a variable; -- ends the attributes"},
    cli::Example{"wparexec --checkpoint-every 10m --resume -n job -- /srv/compute",
                 "goes on where it was when the same line is given again"},
    cli::Example{"wparexec -w -o /tmp/job.spec /usr/bin/vmstat 5 3",
                 "write its specification file"},
};

constexpr cli::Command table = {
    .name = "wparexec",
    .verb = "execute",
    .summary = "run one command in an application WPAR",
    .flags = flags,
    .rules = rules,
    .operands = {.shown = "[[--] [VAR=value ...] /path/to/command [argument ...]]",
                 .least = 0,
                 .most = cli::Operands::any,
                 .last_before = 1,
                 .wpars = 0},
    .examples = examples,
    .ascii = true,
    .action = execute};

}  // namespace

const cli::Command& wparexec() { return table; }

}  // namespace cmd
