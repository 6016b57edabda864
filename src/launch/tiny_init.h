// The init of an application WPAR: the child itself, without an execve. It starts the command,
// reaps whatever is left to it, hands on the signals that a process sent it, and ends when every
// process of the WPAR has, with the command's status.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace launch {

struct Command {
    std::vector<std::string> words = {};
    std::vector<std::string> environment = {};
    std::string directory = {};  // empty: the present one
};
/// Blocks all signals, then starts the command; comes back when it has been executed, or with the
/// reason why not.
Result<pid_t> start_command(const Command& command);
/// The exit status: 128 + n when signal n ended the command.
int watch_over(pid_t command);

}  // namespace launch
