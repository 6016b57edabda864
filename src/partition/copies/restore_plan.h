// From a backup's definition to that of the WPAR it is to become.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "partition/copies/backup_source.h"
#include "partition/observer.h"
#include "registry/journal.h"
#include "spec/definition.h"

namespace partition::copies {

/// What is not over with the files that are there: a WPAR that comes from another host goes on changing there.
struct Arrival {
    /// What its steps leave beside the WPAR is taken back with it.
    std::function<Result<void>(registry::Journal&)> begin = {};
    using Add = std::function<Result<void>(const std::string& path)>;
    /// Its file systems are mounted and hold the chain; `add` puts the increment that follows over it.
    std::function<Result<void>(const Add& add)> follow = {};
    /// All of its files are on disk: what runs in it may be built again. The journal undoes that.
    std::function<Result<void>(const spec::Definition&, registry::Journal&)> wake = {};
    /// All of it is there. It is defined unless this fails.
    std::function<Result<void>()> commit = {};
    bool active = false;  // it runs there, with its addresses
};

struct RestoreCall {
    std::vector<std::string> files = {};  // -f: a backup, and its increments
    std::string name = {};                // -n; empty: the one in the backup
    /// The backup's definition made that of a WPAR of this name (partition/copies/retarget.h).
    std::function<Result<spec::Definition>(const spec::Definition&, const std::string&)> retarget =
        {};
    bool resolve_clashes = false;       // -a
    bool replace = false;               // -F
    bool trust = false;                 // --trust: rights beyond those of any WPAR
    bool go_on = false;                 // -C: past another architecture
    bool copy_name_resolution = false;  // -r
    std::string specification = {};     // -w
    std::string image_data = {};        // -i
    bool shrink = false;                // -k
    std::string devices = {};           // -B
    std::uint64_t blocks = 100;         // -b
    Arrival arrival = {};
    bool synchronize = true;         // -S n: not
    bool only_add = false;           // -S a, A
    bool force_synchronize = false;  // -S f, F
};

struct RestorePlan {
    spec::Definition wanted = {};  // as it will be saved, but for its numbers and dates
    spec::Definition backup = {};  // as the backup, or -w, has it
    std::optional<spec::Definition> present = {};  // what -F takes the place of
    bool renews = false;                           // it becomes another system
    std::vector<std::string> warnings = {};        // what does not become as it was
    std::vector<std::string> skip = {};            // below these nothing is restored: others' files
};
/// Kind::exists for a name that is taken, unless -F or -a; Kind::denied for rights that need --trust; Kind::unsupported for
/// another architecture.
Result<RestorePlan> plan_restore(const RestoreCall& call, const std::vector<OpenedBackup>& chain,
                                 const Observer& observer);

}  // namespace partition::copies
