#include <array>

#include "cmd/actions.h"
#include "cmd/commands.h"

namespace cmd {
namespace {

constexpr std::array flags = {
    cli::Flag{.name = "json",
              .meaning = "as JSON: an object for each finding, one for what is well"},
};

constexpr std::array examples = {
    cli::Example{"corral doctor", "all checks"},
    cli::Example{"corral doctor idmap cgroup", "these two"},
    cli::Example{"corral doctor --json", "for a monitoring system"},
};

// doctor/doctor.cpp has what is behind each; the table of a command holds constants only.
constexpr std::array<std::string_view, 22> names = {
    "kernel",      "namespaces", "cgroup",     "systemd",  "idmap",       "filesystems",
    "loop",        "interfaces", "forwarding", "firewall", "programs",    "criu",
    "permissions", "space",      "clock",      "ids",      "definitions", "keepers",
    "software",    "operations", "journals",   "leftovers"};

constexpr cli::Command table = {
    .name = "corral doctor",
    .verb = "doctor",
    .summary = "tell what on this machine stands in the way of WPARs, and what mends it",
    .flags = flags,
    .operands = {.shown = "[check ...]",
                 .least = 0,
                 .most = cli::Operands::any,
                 .wpars = 0,
                 .words = names},
    .examples = examples,
    .needs = cli::Needs::nothing,
    .action = examine};

}  // namespace

const cli::Command& doctor() { return table; }

}  // namespace cmd
