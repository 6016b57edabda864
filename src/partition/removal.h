// rmwpar: everything of a WPAR goes; once begun it can only be finished.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

struct RemoveCall {
    std::string name = {};
    bool force = false;  // -F: carry on past failures; stops it first; also a damaged or Broken one
    bool stop = false;   // -s
    bool preserve = false;  // -p: keep the file systems
};
Result<void> remove(const RemoveCall& call, const Manner& manner);

struct Removal {
    bool preserve = false;
    bool forced = false;  // detach busy mounts, too
    Observer observer = {};
};
/// The steps after the point of no return; repeatable.
Result<void> finish_removal(const spec::Definition& definition, const Removal& how);

}  // namespace partition
