// wparexec: one command wrapped in an application WPAR, which is gone when its last process ends.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

struct ExecuteCall {
    spec::Definition definition =
        {};                        // name empty: the command's base name, numbered if that is taken
    bool force = false;            // -F: replaces an existing specification file
    bool resolve_clashes = false;  // -a
    std::string output = {};       // -o
    bool only_write = false;       // -w
};
/// The exit status of the command, once every process of the WPAR has ended.
Result<int> execute(const ExecuteCall& call, const Manner& manner);

}  // namespace partition
