// A definition's file systems as the filesystem mechanism wants them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "filesystem/attach.h"
#include "filesystem/file_system.h"
#include "spec/definition.h"

namespace partition {

/// All of them that live in the global environment, sorted by mount point; /proc is launch's.
Result<std::vector<filesystem::FileSystem>> file_systems(const spec::Definition& definition);

/// That they have sizes that can be: before anything is made for them.
Result<void> check_sizes(const spec::Definition& definition);
Result<void> check_file_system(const filesystem::FileSystem& wanted);
/// That the generations it names are there, and hold what is mounted from them.
Result<void> check_generations(const spec::Definition& definition);
/// A device that is named with dev= is no other WPAR's.
Result<void> check_device_owner(const filesystem::FileSystem& wanted);
/// What to think of before they are made, for the administrator to read.
Result<std::vector<std::string>> advice(const std::vector<filesystem::FileSystem>& wanted);
/// Kind::invalid where the root part has a link: a mount point would take its place.
Result<void> check_place(const spec::Definition& definition, const std::string& directory);
Result<void> check_file_systems(const spec::Definition& definition);
Result<void> mount_file_systems(const spec::Definition& definition,
                                const filesystem::Mounting& how = {});
/// The file system on a disk of its own that holds a directory of the WPAR: nothing when its base directory's does.
Result<std::optional<filesystem::FileSystem>> own_file_system(const spec::Definition& definition,
                                                              std::string_view directory);
/// size= of a tmpfs as the kernel wants it.
Result<std::string> tmpfs_size(const spec::Mount& mount);
/// Of its mounts the one on that directory; nullptr when there is none.
const spec::Mount* find_mount(const spec::Definition& definition, std::string_view directory);
/// Whether a directory is the WPAR's own, not one shared with others.
bool is_private(const spec::Definition& definition, std::string_view directory);
/// Whether it is filled with a copy: private, and no view over a tree that is there already.
bool is_copied(const spec::Definition& definition, std::string_view directory);
/// Where the WPAR's mount point is in the global environment: "/wpars/web1/var".
std::string global_path(const spec::Definition& definition, const std::string& directory);

}  // namespace partition
