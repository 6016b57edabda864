// Processes: held by pidfd, never by a number that may be reused; programs run without a shell.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace os {

/// When a process began, in clock ticks after boot: with its number it names a process for the life of the system.
Result<std::uint64_t> start_time(pid_t pid);  // proc(5), stat field 22; Kind::missing when gone

struct ProcessId {
    pid_t pid = 0;
    std::uint64_t start = 0;
    std::string text() const { return cat(pid, " ", start); }
    static std::optional<ProcessId> parse(std::string_view text);
};
/// A descriptor of exactly that process, or Kind::missing when it is gone or its number was reused.
Result<UniqueFd> pidfd(const ProcessId& id);
Result<UniqueFd> pidfd(pid_t pid);
Result<void> signal(int pidfd, int number);  // a process that is gone is fine
/// True when the process has ended; false when the patience did.
Result<bool> wait_end(int pidfd, std::chrono::milliseconds patience);

struct Program {
    std::vector<std::string> arguments = {};    // the first is the program, found along PATH
    std::string input = {};                     // its standard input
    std::vector<std::string> environment = {};  // empty: PATH and LC_ALL=C only
    std::size_t output_limit = 1 << 20;
    bool own_group = false;  // a Ctrl-C at the terminal is our business, not the program's
};
struct Ended {
    int status = 0;           // as $? would show it: 128 + n for signal n
    std::string output = {};  // standard output
    std::string errors = {};  // standard error
};
/// Runs a program of the global environment to its end. Kind::missing when there is no such program.
Result<Ended> run(const Program& program);
/// The same, and a status other than 0 is an error that carries what it said.
Result<std::string> run_ok(const Program& program);

}  // namespace os
