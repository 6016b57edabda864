#include "cmd/actions.h"
#include "cmd/manner.h"
#include "cmd/settings.h"
#include "partition/mobility/execute.h"
#include "partition/mobility/series.h"
#include "spec/command.h"

namespace cmd {
namespace {

// What is stored is found again by its name.
Result<void> take_series(const cli::Arguments& given, partition::mobility::ExecuteCall& call) {
    call.resume = given.has("resume");
    call.checkpoints = given.value("checkpoint-dir");
    if (!given.has("checkpoint-every")) {
        if (!call.resume && call.checkpoints.empty()) return {};
        return Error{Kind::invalid, cat("flag --", call.resume ? "resume" : "checkpoint-dir",
                                        " needs --checkpoint-every")};
    }
    auto interval = partition::mobility::parse_interval(given.value("checkpoint-every"));
    if (!interval) return interval.error().within("flag --checkpoint-every");
    call.interval = *interval;
    if (call.only_define)
        return Error{Kind::invalid, "flags -1 and --checkpoint-every exclude one another"};
    if (call.definition.name().empty())
        return Error{Kind::invalid,
                     "flag --checkpoint-every needs -n: by its name what is stored is found again"};
    if (call.resolve_clashes)
        return Error{Kind::invalid, "flags -a and --checkpoint-every exclude one another"};
    return {};
}

}  // namespace

Result<int> execute(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::mobility::ExecuteCall call;
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
    TRY(take_series(given, call));
    return partition::mobility::execute(call, manner(given, terminal));
}

}  // namespace cmd
