#include "cmd/actions.h"
#include "cmd/manner.h"
#include "cmd/settings.h"
#include "partition/make.h"
#include "partition/start.h"

namespace cmd {
namespace {

// AIX's message of a clean-up after a signal.
Error worded(Error error) {
    if (error.kind == Kind::interrupted && error.id.empty()) error.id = "0960-367";
    return error;
}

}  // namespace

Result<int> make(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::MakeCall call;
    call.definition = TRY(requested(given));
    call.resolve_clashes = given.has('a');
    call.force = given.has('F');
    call.output = given.value('o');
    call.only_write = given.has('w');
    if (call.definition.name().empty() && !call.only_write)
        return Error{Kind::invalid, "no name; give one with -n, or in the specification file"};
    if (given.has('P'))
        call.root_password =
            TRY(ask_password(cat("Root password of ", call.definition.name(), ": ")));
    const auto how = manner(given, terminal);
    auto made = partition::make(call, how);
    if (!made) return worded(made.error());
    if (given.has('s') && !call.only_write && !how.dry_run)
        TRY(partition::start({.name = call.definition.name()}, how));
    return 0;
}

}  // namespace cmd
