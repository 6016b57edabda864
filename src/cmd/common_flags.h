// Flags that mean the same in several commands: their words are written once.
#pragma once
#include "cli/command.h"

namespace cmd {

inline constexpr cli::Flag verbose_flag = {
    .name = "v", .meaning = "verbose: also print the arguments and the return status"};
inline constexpr cli::Flag dry_run_flag = {.name = "dry-run",
                                           .meaning = "print what would be done, change nothing"};

// What a WPAR is like
inline constexpr cli::Flag autostart_flag = {
    .name = "A", .meaning = "start it at each boot of the global environment"};
inline constexpr cli::Flag checkpointable_flag = {.name = "c", .meaning = "make it checkpointable"};
inline constexpr cli::Flag directory_flag = {.name = "d",
                                             .takes = cli::Takes::value,
                                             .value = "directory",
                                             .meaning = "base directory (/wpars/NAME)"};
inline constexpr cli::Flag hostname_flag = {.name = "h",
                                            .takes = cli::Takes::value,
                                            .value = "hostname",
                                            .meaning = "host name (the WPAR's name)"};
inline constexpr cli::Flag architecture_flag = {
    .name = "H",
    .takes = cli::Takes::value,
    .value = "architecture",
    .meaning = "lowest processor architecture it may move to (none)"};
inline constexpr cli::Flag own_routing_flag = {.name = "i",
                                               .meaning = "a routing table of its own"};
inline constexpr cli::Flag route_flag = {.name = "I",
                                         .takes = cli::Takes::pairs,
                                         .meaning = "one route; implies -i",
                                         .repeats = true,
                                         .stanza = spec::Stanza::route};
inline constexpr cli::Flag address_flag = {.name = "N",
                                           .takes = cli::Takes::pairs,
                                           .meaning = "one address",
                                           .repeats = true,
                                           .stanza = spec::Stanza::network};
inline constexpr cli::Flag name_resolution_flag = {
    .name = "r", .meaning = "copy the global files of name resolution into the WPAR"};
inline constexpr cli::Flag resources_flag = {.name = "R",
                                             .takes = cli::Takes::pairs,
                                             .meaning = "resource controls",
                                             .stanza = spec::Stanza::resources};
inline constexpr cli::Flag userscript_flag = {
    .name = "u",
    .takes = cli::Takes::value,
    .value = "userscript",
    .meaning = "script that is called before and after start and stop"};
inline constexpr cli::Flag mkwpar_flags_flag = {
    .name = "M",
    .takes = cli::Takes::value,
    .value = "mkwparflags",
    .meaning = "other settings, as flags of mkwpar in one word"};

// Where that is read from and written to
inline constexpr cli::Flag existing_flag = {
    .name = "e",
    .takes = cli::Takes::value,
    .value = "existingwpar",
    .meaning = "take all settings but the name from this WPAR"};
inline constexpr cli::Flag infile_flag = {.name = "f",
                                          .takes = cli::Takes::value,
                                          .value = "infile",
                                          .meaning = "read this specification file"};
inline constexpr cli::Flag persist_flag = {
    .name = "F", .meaning = "go on past errors that are not fatal; overwrite outfile"};
inline constexpr cli::Flag outfile_flag = {
    .name = "o",
    .takes = cli::Takes::value,
    .value = "outfile",
    .meaning = "also write the resulting specification file"};
inline constexpr cli::Flag only_outfile_flag = {
    .name = "w", .meaning = "with -o: write the specification file only"};

// How it is stopped
inline constexpr cli::Flag force_stop_flag = {.name = "F",
                                              .meaning = "force: kill what does not end"};
inline constexpr cli::Flag hard_stop_flag = {.name = "h",
                                             .meaning = "hard stop: signal its processes to end"};
inline constexpr cli::Flag no_time_out_flag = {.name = "N",
                                               .meaning = "no time-out: wait until it has halted"};
inline constexpr cli::Flag time_out_flag = {
    .name = "t",
    .takes = cli::Takes::value,
    .value = "seconds",
    .meaning = "how long to wait for it to halt (600; with -h 60)"};

// How a backup is read
inline constexpr cli::Flag blocks_flag = {.name = "b",
                                          .takes = cli::Takes::value,
                                          .value = "blocks",
                                          .meaning = "accepted as on AIX: blocks of a read (100)"};
inline constexpr cli::Flag backup_flag = {
    .name = "f",
    .takes = cli::Takes::value,
    .value = "file",
    .meaning = "the backup: a file, a device, or - (standard input); then increments",
    .repeats = true};

}  // namespace cmd
