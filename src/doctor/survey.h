// What several checks want to know of this machine's WPARs, gathered once.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "registry/state.h"
#include "spec/definition.h"

namespace doctor {

/// A WPAR with a definition.
struct Known {
    std::string name = {};
    std::optional<spec::Definition> definition = {};
    std::optional<spec::Definition> loaded_as = {};  // while it is loaded: what was in force then
    std::optional<Error> problem = {};               // the definition could not be read
    registry::Alive alive = {};
    bool in_operation = false;  // somebody works on it: what is half there is his

    bool system() const { return definition && definition->system(); }
    /// What holds things in the kernel.
    const std::optional<spec::Definition>& in_force() const {
        return loaded_as ? loaded_as : definition;
    }
};

struct Survey {
    bool root = false;  // of the global environment
    bool contained =
        false;  // in a user namespace: a WPAR, or another container with ids of its own
    std::vector<Known> wpars = {};               // sorted by name
    std::vector<std::string> in_operation = {};  // names that somebody works on, defined or not
    const Known* find(const std::string& name) const;  // none: nullptr
    /// Whether what bears this name in the kernel may be there.
    bool may_hold(const std::string& name) const;
};
Survey look_around();

}  // namespace doctor
