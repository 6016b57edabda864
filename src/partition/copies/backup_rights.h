// What a definition asks for beyond the WPAR's own: a backup that somebody else made must not get it unseen.
#pragma once
#include <string>
#include <vector>

#include "spec/definition.h"

namespace partition::copies {

/// A line for each, for people: privileges, devices, directories of the global environment, servers, scripts outside.
std::vector<std::string> rights_of(const spec::Definition& definition);
/// Those that both the backup and what is to be made of it have, and `present` (what is there under that name) has not.
std::vector<std::string> untrusted_rights(const spec::Definition& backup,
                                          const spec::Definition& wanted,
                                          const spec::Definition* present);

}  // namespace partition::copies
