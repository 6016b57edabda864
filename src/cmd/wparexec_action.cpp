#include "cmd/actions.h"
#include "cmd/manner.h"
#include "cmd/settings.h"
#include "partition/execute.h"
#include "spec/command.h"

namespace cmd {

Result<int> execute(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::ExecuteCall call;
    call.definition = TRY(requested(given));
    if (!given.operands().empty())
        call.definition.general.application = spec::command_line(given.operands());
    if (call.definition.general.application.empty())
        return Error{Kind::invalid,
                     "no command; give one by its absolute path, like /usr/bin/vmstat"};
    call.force = given.has('F');
    call.resolve_clashes = given.has('a');
    call.output = given.value('o');
    call.only_write = given.has('w');
    call.only_define = given.has('1');
    return partition::execute(call, manner(given, terminal));
}

}  // namespace cmd
