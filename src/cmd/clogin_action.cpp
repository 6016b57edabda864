#include <cstdlib>

#include "cmd/actions.h"
#include "partition/login.h"

namespace cmd {

Result<int> log_in(const cli::Arguments& given, cli::Terminal&) {
    partition::LoginCall call;
    call.name = given.operands().front();
    if (given.has('l')) call.user = given.value('l');
    const std::vector<std::string> rest(given.operands().begin() + 1, given.operands().end());
    if (!rest.empty()) call.command = join(rest, " ");
    if (const char* term = ::getenv("TERM")) call.environment.push_back(cat("TERM=", term));
    if (const char* lang = ::getenv("LANG")) call.environment.push_back(cat("LANG=", lang));
    return partition::log_in(call);
}

}  // namespace cmd
