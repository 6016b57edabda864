// What a WPAR's root part was filled with, remembered in the global environment for the next synchronisation:
// /var/lib/wpars/NAME/rootpart/manifest. It goes with the WPAR's images: removed by rmwpar, moved by a new name.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "rootpart/manifest.h"
#include "spec/definition.h"

namespace partition {

std::string delivered_folder(const std::string& name);
/// Where a synchronisation makes what is wanted; beside the manifest, gone with the operation.
std::string wanted_folder(const std::string& name);

/// Whether it can be brought level with other software: one that shares /usr, or has views over a generation. Of others
/// nothing is remembered; a system copy would have all of /var read for it.
bool follows_software(const spec::Definition& definition);
/// Of a root that was just filled and mounted.
Result<void> remember_delivered(const spec::Definition& definition);
/// Where that is kept: only root gets there.
Result<void> make_delivered_folder(const std::string& name);
Result<void> save_delivered(const std::string& name, const rootpart::Manifest& manifest);
/// For a copy of that root. Nothing when nothing is recorded of it.
Result<void> copy_delivered(const std::string& from, const std::string& to);
/// Nothing when an older version made it. A damaged one is an error.
Result<std::optional<rootpart::Manifest>> load_delivered(const std::string& name);
/// The software it was last brought level with, of a WPAR that follows the live tree; empty when not all could be done
/// then. Nothing for one with software of its own or a generation's, and for one of which nothing is recorded.
std::optional<std::string> delivered_level(const spec::Definition& definition);
/// Of the global environment.
std::string present_level();
Result<void> forget_delivered(const std::string& name);
Result<void> drop_wanted(const std::string& name);

/// Directories whose content is not the WPAR's own, or no part of its root part: "var/shared".
std::vector<std::string> mounted_by_others(const spec::Definition& definition);

}  // namespace partition
