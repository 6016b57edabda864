// From what was asked to a whole definition: defaults that depend on the machine.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "spec/definition.h"

namespace partition {

/// Default mounts, interfaces, masks; without -N the address that the name resolves to when a global interface is on
/// its subnet (AIX's rule); dates and uuid.
Result<spec::Definition> prepare(spec::Definition definition);
Result<std::string> new_uuid();
/// Whether somebody on the network may have its addresses now.
enum class Addresses : std::uint8_t {
    must_be_free,
    come_along  // it runs on another host, with them, and comes from there
};
/// Whether the machine can carry it: names, base directory, file systems, network, limits, programs. Changes nothing.
Result<void> check_machine(const spec::Definition& definition,
                           Addresses addresses = Addresses::must_be_free);
/// The same with all that is wrong, not only the first.
std::vector<Error> objections(const spec::Definition& definition, Addresses addresses);
/// -a of mkwpar: another base directory where the wished one is taken, and the network's clashes.
Result<spec::Definition> resolve_clashes(spec::Definition definition);
/// -a: without the addresses that somebody else has; if none remains, with the one that its name stands for.
Result<spec::Definition> resolve_network_clashes(spec::Definition definition);
/// For -o: refuses to replace a file unless forced.
Result<void> write_specification(const spec::Definition& definition, const std::string& path,
                                 bool force);

}  // namespace partition
