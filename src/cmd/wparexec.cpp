#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{.name = "1", .meaning = "define it only; startwpar runs it"},
    cli::Flag{.name = "a", .meaning = "append a number to a name that is taken"},
    checkpointable_flag,  // -c
    existing_flag,        // -e
    infile_flag,          // -f
    persist_flag,         // -F
    hostname_flag,        // -h
    architecture_flag,    // -H
    own_routing_flag,     // -i
    route_flag,           // -I
    cli::Flag{.name = "M",
              .takes = Takes::pairs,
              .meaning = "one file system",
              .repeats = true,
              .stanza = spec::Stanza::mount},
    cli::Flag{.name = "n",
              .takes = Takes::value,
              .value = "wparname",
              .meaning = "the name (the command's base name)"},
    address_flag,     // -N
    outfile_flag,     // -o
    resources_flag,   // -R
    userscript_flag,  // -u
    verbose_flag,
    only_outfile_flag,  // -w
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
    dry_run_flag,
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
