#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/copies/restore_files.h"

namespace cmd {

Result<int> restore_files(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::copies::RestoreFilesCall call;
    call.files = given.values('f');
    call.directory = given.has('d') ? given.value('d') : ".";
    call.names = given.operands();
    call.only_front = given.has('m');
    call.attributes = !given.has('n');
    call.verify = given.has('V');
    call.blocks = TRY(given.number('b')).value_or(call.blocks);
    const auto done = TRY(partition::copies::restore_files(call, manner(given, terminal)));
    for (const auto& name : done.missed) terminal.warn(cat("'", name, "' is not in this backup"));
    return done.missed.empty() ? 0 : 1;
}

}  // namespace cmd
