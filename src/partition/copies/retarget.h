// One WPAR's definition made that of another: a clone, or a backup that is restored under another name.
#pragma once
#include <string>

#include "base/result.h"
#include "spec/definition.h"

namespace partition::copies {

struct Retarget {
    spec::Definition source = {};  // the original's, whole
    spec::Definition over = {};    // what is asked for instead; its general.name is the new one's
    bool keep_devices = false;     // dev= of its file systems, which nobody has any more
};
/// All settings but those that only one WPAR can have: name, host name and base directory as far as they follow from the
/// name, uuid, numbers, dates; and being started at boot and scripts after installation, unless `over` says so.
/// Addresses in `over` replace all of the source's; without any the source's stay, for prepare() and check_machine()
/// to judge. Kind::busy: a device of the source's for which `over` names nothing else. Kind::invalid: what is asked
/// for would change what the root is filled with. prepare() completes the result.
Result<spec::Definition> retarget(const Retarget& wanted);

/// The name itself, or the first of NAME-1, NAME-2, ... that no WPAR has (-a).
Result<std::string> free_name(const std::string& wished);

}  // namespace partition::copies
