// What two hosts know about themselves and a WPAR that is to move from one to the other, and whether that will do: gathered
// on both sides, judged on one, all reasons at once.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "spec/definition.h"
#include "wire/frame.h"

namespace partition::mobility {

struct HostFacts {
    std::string corral = {};                   // version
    std::string kernel = {};                   // release
    std::string machine = {};                  // architecture
    std::string criu = {};                     // version; "" without one
    std::string groups = {};                   // where control groups are, and of which version
    std::int64_t clock = 0;                    // milliseconds since the epoch
    std::uint64_t free = 0;                    // bytes for copies on the way, in /var/lib/wpars
    std::vector<std::string> processor = {};   // flags, sorted
    std::vector<std::string> packages = {};    // "NAME VERSION", of the global environment
    std::vector<std::string> objections = {};  // of the host that is to take it: why it cannot
    std::uint32_t idbase = 0;                  // the range of user ids that it would give it
};
HostFacts gather_facts();
wire::Message write(const HostFacts& facts);
HostFacts parse_facts(const wire::Message& message);

/// Names of interfaces there, by those here.
using Devices = std::map<std::string, std::string, std::less<>>;
std::string write_devices(const Devices& devices);
Devices parse_devices(std::string_view text);
void rename_interfaces(spec::Definition& definition, const Devices& devices);

/// What the WPAR asks of a move.
struct MoveWish {
    spec::Definition definition = {};
    bool live = false;
    std::uint64_t bytes = 0;   // what its files take here
    std::uint64_t memory = 0;  // what its processes have in memory
    bool shares_software = false;
};
struct MoveFinding {
    bool stops = false;  // else it is only good to know
    std::string text = {};
    bool operator==(const MoveFinding&) const = default;
};
/// Pure. What stops it comes first.
std::vector<MoveFinding> judge_move(const MoveWish& wish, const HostFacts& here,
                                    const HostFacts& there);

}  // namespace partition::mobility
