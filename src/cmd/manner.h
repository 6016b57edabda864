// How a command's operation is watched: its lines on the terminal.
#pragma once
#include "cli/arguments.h"
#include "cli/terminal.h"
#include "partition/observer.h"

namespace cmd {

partition::Manner manner(const cli::Arguments& given, cli::Terminal& terminal);
/// Asks twice, without echo. Kind::invalid when the answers differ or standard input is no terminal.
Result<std::string> ask_password(std::string_view prompt);

}  // namespace cmd
