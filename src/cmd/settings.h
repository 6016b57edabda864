// From flags to a definition: what mkwpar, chwpar and wparexec have in common.
#pragma once
#include "cli/arguments.h"
#include "spec/definition.h"

namespace cmd {

/// The flags over the specification file (-f) or the existing WPAR (-e) they name: for a new WPAR.
Result<spec::Definition> requested(const cli::Arguments& given);
/// restwpar, clonewpar: the words of -M are flags of mkwpar, "-N address=192.168.21.131 -h web2"; over them come -n, -d,
/// -h, -A, -r and -N of the command itself. What is to be made of `source` under the name `name`.
struct Retargeting {
    const cli::Arguments& given;
    const spec::Definition& source;
    std::string name = {};
    bool keep_devices = false;  // of its file systems: nobody has them any more
};
Result<spec::Definition> retargeted(const Retargeting& wanted);
/// The flags over what a WPAR has: for chwpar.
Result<spec::Definition> changed(const cli::Arguments& given, const spec::Definition& existing);

}  // namespace cmd
