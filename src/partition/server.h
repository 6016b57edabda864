// Whether the servers behind a WPAR's NFS mounts answer.
#pragma once
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "spec/definition.h"

namespace partition {

/// Tries the mount for real, on nothing. Of other types nothing is asked.
Result<void> check_server(const spec::Definition& definition, const std::string& directory);
Result<void> check_servers(const spec::Definition& definition);
/// That directory, mounted on nothing.
Result<UniqueFd> mount_from_server(const spec::Definition& definition,
                                   const std::string& directory);

}  // namespace partition
