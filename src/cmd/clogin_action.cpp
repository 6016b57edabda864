#include "cmd/actions.h"
#include "partition/login.h"

namespace cmd {

Result<int> log_in(const cli::Arguments& given, cli::Terminal&) {
    partition::LoginCall call;
    call.name = given.operands().front();
    if (given.has('l')) call.user = given.value('l');
    const std::vector<std::string> rest(given.operands().begin() + 1, given.operands().end());
    if (!rest.empty()) call.command = join(rest, " ");
    call.ask_password = given.has('C');
    return partition::log_in(call);
}

}  // namespace cmd
