// Running a command: its table, its errors, its exit status.
#pragma once
#include <span>
#include <string>

#include "cli/command.h"

namespace cli {

/// 0 done; 2 the request makes no sense (a wrong flag or value: nothing was changed); 1 everything
/// else. wparexec and clogin return the status of what they ran.
int exit_status(const Error& error);

struct Invocation {
    std::string_view shown = {};  // as the user called it, for usage: "corral start"
    std::span<const std::string> words = {};
};
int run(const Command& command, const Invocation& invocation, Terminal& terminal);

/// As run() does: a pipe or a link whose other end is gone does not kill us between two steps.
void outlive_closed_pipes();

}  // namespace cli
