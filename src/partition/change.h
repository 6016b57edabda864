// chwpar: another definition for an existing WPAR, in force at once where it can be.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

struct ChangeCall {
    // What it becomes, made of what it is once nobody else can change it any more; another general.name is a rename.
    std::function<Result<spec::Definition>(const spec::Definition& existing)> wish = {};
    std::string name = {};                          // of the WPAR that exists
    bool resolve_clashes = false;                   // -a
    bool force = false;                             // -F
    std::optional<std::string> root_password = {};  // -P
};
/// Kind::busy for what needs a stopped WPAR (name, base directory, file systems). Checked as a whole before anything
/// changes; a step that fails takes the others back.
Result<void> change(const ChangeCall& call, const Manner& manner);
/// Larger file systems, as a part of another operation that holds the WPAR's lock.
Result<void> change_sizes(const spec::Definition& before, const spec::Definition& after,
                          const Observer& observer);
/// The steps after the new definition has been saved; repeatable. Gives back what could not be had of it.
Result<std::vector<Error>> finish_change(const spec::Definition& before,
                                         const spec::Definition& after);

}  // namespace partition
