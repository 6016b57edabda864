// From flags to a definition: what mkwpar, chwpar and wparexec have in common.
#pragma once
#include "cli/arguments.h"
#include "spec/definition.h"

namespace cmd {

/// What the flags alone say.
Result<spec::Definition> settings(const cli::Arguments& given);
/// The flags over the specification file (-f) or the existing WPAR (-e) they name.
Result<spec::Definition> requested(const cli::Arguments& given);
/// The new default privileges of -S, for privs+= and privs-=.
std::vector<std::string> default_privileges();

}  // namespace cmd
