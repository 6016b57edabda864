// From flags to a definition: what mkwpar, chwpar and wparexec have in common.
#pragma once
#include "cli/arguments.h"
#include "spec/definition.h"

namespace cmd {

/// The flags over the specification file (-f) or the existing WPAR (-e) they name: for a new WPAR.
Result<spec::Definition> requested(const cli::Arguments& given);
/// The flags over what a WPAR has: for chwpar.
Result<spec::Definition> changed(const cli::Arguments& given, const spec::Definition& existing);

}  // namespace cmd
