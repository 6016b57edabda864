// wparexec: one command wrapped in an application WPAR, which is gone when its last process ends.
#pragma once
#include <chrono>
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition::mobility {

struct ExecuteCall {
    spec::Definition definition =
        {};                        // name empty: the command's base name, numbered if that is taken
    bool force = false;            // -F: replaces an existing specification file
    bool resolve_clashes = false;  // -a
    std::string output = {};       // -o
    bool only_write = false;       // -w
    bool only_define = false;      // -1: startwpar runs it
    std::chrono::seconds interval = {};  // --checkpoint-every; none: never by itself
    std::string checkpoints = {};        // --checkpoint-dir; empty: a place of our own, by its name
    bool resume = false;                 // --resume: from the last checkpoint, if there is one
};
/// The exit status of the command, once every process of the WPAR has ended.
Result<int> execute(const ExecuteCall& call, const Manner& manner);

/// Whether it is an application WPAR that wparexec -1 defined.
bool is_defined_application(const std::string& name);
/// Runs it as wparexec does; it is gone afterwards.
Result<int> execute_defined(const std::string& name, const Manner& manner);

}  // namespace partition::mobility
