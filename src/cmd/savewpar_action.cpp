#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/copies/describe.h"
#include "partition/copies/save.h"

namespace cmd {

namespace {

Result<int> level_of(const std::string& text) {
    constexpr std::uint64_t best = 19;
    const auto level = to_number(text);
    if (level && *level >= 1 && *level <= best) return static_cast<int>(*level);
    return Error{Kind::invalid, cat("--level '", printable(text), "' is no level; 1 (fast) to ",
                                    best, " (small); 3 without it")};
}

}  // namespace

Result<int> save(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::copies::SaveCall call;
    call.name = given.operands().front();
    call.output = given.value('f');
    call.since = given.value("since");
    call.still = given.has('T');
    call.attributes = !given.has('a');
    call.exclude = given.has('e');
    call.compress = !given.has('p');
    call.names = given.has('v');
    call.verify = given.has('V');
    if (given.has("level")) call.level = TRY(level_of(given.value("level")));
    call.scope.writable_shared = !given.has('B');
    call.scope.nfs = given.has('N');
    auto how = manner(given, terminal);
    if (call.output == "-")
        how.observer.say = [&](std::string_view line) { terminal.complain(cat(line, "\n")); };
    TRY(partition::copies::save(call, how));
    return 0;
}

Result<int> describe(const cli::Arguments& given, cli::Terminal& terminal) {
    const auto how = manner(given, terminal);
    const auto path = TRY(partition::copies::describe({.name = given.operands().front()}, how));
    terminal.line(
        cat(how.dry_run ? "mkwpardata: would write '" : "mkwpardata: wrote '", path, "'"));
    return 0;
}

}  // namespace cmd
