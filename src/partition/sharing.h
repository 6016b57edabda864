// Directories that a WPAR shares with the global environment or with another WPAR (vfs=namefs).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "filesystem/file_system.h"
#include "spec/definition.h"

namespace partition {

/// The system WPAR in whose base directory a global path lies: its root rules every link on the way from there.
Result<std::optional<spec::Definition>> owner_of(const std::string& path);

/// Of what a system WPAR shares or lies over: when it is defined, and at each start again, since modes and definitions change.
Result<void> check_shared(const filesystem::FileSystem& wanted);

struct Sharer {
    std::string wpar = {};
    std::string directory = {};  // where it has it
    std::string shared = {};     // what it shares
    bool active = false;
};
/// The other WPARs that share a global path or something below it; of one that is active, what it was loaded with.
Result<std::vector<Sharer>> sharers_of(const std::string& path, const std::string& owner);
/// Kind::busy while an active one shares something there: it would be left with what is no more. Gives back the others,
/// who could not start any more.
Result<std::vector<Sharer>> must_not_be_in_use(const std::string& path, const std::string& owner);

/// No user of the global environment gets there, and nobody changes anything in it.
bool is_in_generation(const filesystem::FileSystem& wanted);

}  // namespace partition
