#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"
#include "cmd/common_flags.h"

namespace cmd {
namespace {

using cli::Takes;

constexpr std::array flags = {
    cli::Flag{.name = "a", .meaning = "resolve clashes of base directory and addresses"},
    autostart_flag,  // -A
    cli::Flag{.name = "B",
              .takes = Takes::value,
              .value = "image",
              .meaning = "with -C: fill it from this archive, OCI image or directory"},
    checkpointable_flag,  // -c
    cli::Flag{.name = "C", .meaning = "a user land of its own, from the image that -B names"},
    directory_flag,  // -d
    existing_flag,   // -e
    cli::Flag{.name = "E",
              .takes = Takes::value,
              .value = "directory",
              .meaning = "where a rootvg WPAR keeps its files in the global environment"},
    infile_flag,   // -f
    persist_flag,  // -F
    cli::Flag{.name = "g",
              .takes = Takes::value,
              .value = "vg",
              .meaning = "volume group of new file systems that name none"},
    hostname_flag,      // -h
    architecture_flag,  // -H
    own_routing_flag,   // -i
    route_flag,         // -I
    cli::Flag{.name = "k",
              .takes = Takes::value,
              .value = "path",
              .meaning = "script to run once after installation",
              .repeats = true},
    cli::Flag{.name = "l", .meaning = "detached: writable /usr and /opt of its own"},
    cli::Flag{.name = "L",
              .takes = Takes::pairs,
              .meaning = "file systems as an image.data lists them: image_data=, shrink=",
              .stanza = spec::Stanza::options},
    cli::Flag{.name = "M",
              .takes = Takes::pairs,
              .meaning = "one file system or directory",
              .repeats = true,
              .stanza = spec::Stanza::mount},
    cli::Flag{.name = "n", .takes = Takes::value, .value = "wparname", .meaning = "the name"},
    address_flag,  // -N
    outfile_flag,  // -o
    cli::Flag{.name = "O", .meaning = "overwrite volume groups on the disks of a rootvg WPAR"},
    cli::Flag{.name = "p",
              .takes = Takes::optional,
              .value = "name",
              .meaning = "keep what rmwpar -p left: create and populate nothing"},
    cli::Flag{.name = "P", .meaning = "ask for the root password of the WPAR"},
    name_resolution_flag,  // -r
    resources_flag,        // -R
    cli::Flag{.name = "s", .meaning = "start it when it is made"},
    cli::Flag{.name = "S",
              .takes = Takes::pairs,
              .meaning = "privileges: privs=, privs+=, privs-=, secfile=",
              .stanza = spec::Stanza::security},
    cli::Flag{.name = "t", .meaning = "a copy of the global environment's file systems"},
    cli::Flag{.name = "T",
              .takes = Takes::pairs,
              .meaning = "what such a copy keeps: preserve_private=, preserve_wpars=",
              .stanza = spec::Stanza::copy_controls},
    userscript_flag,  // -u
    cli::Flag{
        .name = "U", .takes = Takes::optional, .value = "uuid", .meaning = "its UUID (a new one)"},
    verbose_flag,
    only_outfile_flag,  // -w
    cli::Flag{.name = "W", .meaning = "with -e: accepted, as on AIX; changes nothing"},
    dry_run_flag,
};

constexpr std::array rules = {
    cli::Rule{cli::Rule::Kind::exclusive, "ef"}, cli::Rule{cli::Rule::Kind::needs, "wo"},
    cli::Rule{cli::Rule::Kind::needs, "We"},     cli::Rule{cli::Rule::Kind::exclusive, "Ct"},
    cli::Rule{cli::Rule::Kind::exclusive, "Cp"}, cli::Rule{cli::Rule::Kind::exclusive, "pt"},
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
    cli::Example{"mkwpar -C -B /srv/bullseye.tar.zst -n old1",
                 "one with another system's user land"},
    cli::Example{"mkwpar -t -n copy1", "a copy of the global environment"},
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
