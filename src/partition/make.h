// mkwpar: a system WPAR from nothing to Defined, or not at all.
#pragma once
#include <optional>
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

struct MakeCall {
    spec::Definition definition = {};  // what flags, file and existing WPAR add up to
    bool resolve_clashes = false;      // -a
    bool force = false;                // -F: also replaces an existing specification file
    std::optional<std::string> root_password = {};  // -P
    std::string output = {};                        // -o
    bool only_write = false;                        // -w
};
/// Kind::exists when the name is taken; whatever fails, nothing of the WPAR is left.
Result<void> make(const MakeCall& call, const Manner& manner);

/// Of a root that is filled and mounted (-k).
Result<void> run_postscripts(const spec::Definition& definition, const Observer& observer);

}  // namespace partition
