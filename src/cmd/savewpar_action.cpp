#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/save.h"

namespace cmd {

Result<int> save(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::SaveCall call;
    call.name = given.operands().front();
    call.output = given.value('f');
    call.since = given.value("since");
    call.still = given.has('T');
    call.attributes = !given.has('a');
    call.exclude = given.has('e');
    call.compress = !given.has('p');
    call.scope.writable_shared = !given.has('B');
    call.scope.nfs = given.has('N');
    auto how = manner(given, terminal);
    if (call.output == "-") how.observer.say = [&](std::string_view line) { terminal.complain(cat(line, "\n")); };
    TRY(partition::save(call, how));
    return 0;
}

}  // namespace cmd
