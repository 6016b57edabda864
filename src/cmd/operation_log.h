// -o log [-l debug|error] of the commands around checkpoints: what the operation says also goes into a file.
#pragma once
#include <functional>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "partition/observer.h"

namespace cmd {

inline constexpr cli::Flag log_flag = {.name = "o",
                                       .takes = cli::Takes::value,
                                       .value = "logfile",
                                       .meaning = "add what happens to this file"};
inline constexpr cli::Flag log_level_flag = {
    .name = "l",
    .takes = cli::Takes::value,
    .value = "level",
    .meaning = "with -o: debug for everything, error for warnings and errors (error)"};

/// Runs the operation; with -o each line is added to the file with its time: all that is told with -l debug, else warnings
/// and the error.
Result<void> run_logged(const cli::Arguments& given, cli::Terminal& terminal,
                        const std::function<Result<void>(const partition::Manner&)>& operation);

}  // namespace cmd
