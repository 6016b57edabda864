// A WPAR that has packages of its own over those of a generation: what of dpkg's database is whose.
#pragma once
#include <set>
#include <string>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/merge_packages.h"

namespace rootpart {

/// Of a tree that nobody changes.
Result<Status> read_status(const os::Dir& tree);
/// Of a WPAR's, whose root may have put anything there.
Result<Status> status_inside(const os::Dir& target);

/// The database in `wanted`, a root part for the WPAR, gets what the WPAR's own packages have in theirs, and loses what
/// those that are gone there have in it.
Result<void> keep_own_packages(const PackageMerge& merge, const os::Dir& wanted,
                               const os::Dir& target);

/// Paths without the first slash, "usr/bin/psql", as they are found where /lib is a link to /usr/lib: of the packages that
/// are the WPAR's own or gone there.
std::set<std::string> own_paths(const PackageMerge& merge, const os::Dir& source,
                                const os::Dir& target);

}  // namespace rootpart
