// The records that journals hold: what each says, and what it makes whoever finds it do.
#pragma once
#include <optional>
#include <string>

#include "base/result.h"
#include "registry/journal.h"
#include "spec/definition.h"

namespace partition {

namespace reverse {
registry::Record remove_base(const spec::Definition& definition);
/// The directory of its images, of a WPAR that is being made.
registry::Record remove_images(const std::string& name);
registry::Record remove_file_system(const spec::Definition& definition,
                                    const std::string& directory);
registry::Record unmount(const spec::Definition& definition);
/// A file system on an image that was frozen.
registry::Record thaw_file_system(const spec::Definition& definition, const std::string& directory);
registry::Record erase_definition(const std::string& name);
/// The same, of a mkwpar: the definition is its last step, so one that is there is complete.
registry::Record erase_unless_saved(const std::string& name);
registry::Record restore_definition(const spec::Definition& definition);
/// A running WPAR's host name, network and limits.
registry::Record apply_live(const spec::Definition& before, const spec::Definition& after);
/// A running WPAR's file systems.
registry::Record change_mounts(const spec::Definition& before, const spec::Definition& after);
/// What a file system lies on, before the file system itself is grown.
registry::Record reduce_backing(const spec::Definition& before, const std::string& directory);
registry::Record rename_volume_back(const spec::Definition& before, const spec::Definition& after,
                                    const std::string& directory);
/// Which tree an overlay's store was written over.
registry::Record write_lower(const spec::Definition& before, const std::string& directory);
registry::Record rename_back(const std::string& from, const std::string& to);
/// Everything that holds a loaded WPAR: processes, network, mounts, cgroup, runtime directory.
registry::Record release(const spec::Definition& definition);
/// The same, of a start: one that was killed after its keeper had taken over is complete.
registry::Record release_unless_held(const spec::Definition& definition);

/// A WPAR that was stopped to be moved: it goes on here unless the other host was asked to take it.
registry::Record stay(const std::string& name);
/// A WPAR that stands still.
registry::Record thaw(const std::string& name);
/// One that is Paused or Frozen: it goes on.
registry::Record resume(const std::string& name);
/// One that comes from another host: it was never ours.
registry::Record withdraw_arrived(const std::string& name);
/// A checkpoint that is being written.
registry::Record remove_checkpoint(const std::string& directory);
/// What a synchronisation makes beside: it keeps nothing of it.
registry::Record drop_wanted(const std::string& name);
/// The record of what a WPAR in the making was filled with.
registry::Record forget_delivered(const std::string& name);

// Not reverses: what has passed such a step can only be finished.
registry::Record finish_removal(const spec::Definition& definition, bool preserve);
registry::Record finish_change(const spec::Definition& before, const spec::Definition& after);
registry::Record finish_swap(const spec::Definition& before, const spec::Definition& after);
/// In the journal of a new name: the other one has the journal.
registry::Record renamed_from(const std::string& name);
}  // namespace reverse

struct Reversing {
    bool forced = false;  // detach busy mounts, too
};
Result<void> run_reverse(const registry::Record& record, const Reversing& how);

/// Whether the operation had done all it had to, although it was killed before it said so.
bool is_complete(const registry::Record& record);
/// Whether it has passed a step of no return; then it is finished, and nothing is taken back.
Result<bool> is_passed(const registry::Record& record);
Result<void> finish(const registry::Record& record, const Reversing& how);

/// The other name of a WPAR that is being renamed.
std::optional<std::string> renamed_to(const registry::Record& record);
std::optional<std::string> renamed_from(const registry::Record& record);

}  // namespace partition
