// What the commands do once their arguments fit their tables: NAME_action.cpp.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/terminal.h"

namespace cmd {

Result<int> make(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> checkpoint(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> restart(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> clone(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> change(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> list(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> start(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> stop(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> reboot(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> remove(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> log_in(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> execute(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> sync(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> restore(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> restore_files(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> list_backup(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> verify_backups(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> save(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> move(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> describe(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> autostart(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> autostop(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> examine(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> generations(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> resume(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> kill_paused(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> freeze(const cli::Arguments& given, cli::Terminal& terminal);
Result<int> thaw(const cli::Arguments& given, cli::Terminal& terminal);

/// `corral --ended NAME ...`: called by the keeper when its WPAR has ended.
int ended(std::span<const std::string> words);
/// `corral --oom NAME`: called by the keeper when the kernel has killed for want of memory.
int oom(std::span<const std::string> words);
/// `corral --stop NAME`: called by the keeper when it is asked to stop its WPAR.
int stop_asked(std::span<const std::string> words);
/// `corral --secattrs`: what is installed as /etc/wpars/secattrs.
int print_secattrs(std::span<const std::string> words);
/// `corral --receive`: run over ssh by the movewpar of another host.
int receive(std::span<const std::string> words);
/// For completion: names of all WPARs.
std::vector<std::string> wpar_names();

}  // namespace cmd
