#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/mobility/execute.h"
#include "partition/start.h"
#include "spec/command.h"

namespace cmd {
namespace {

Result<std::vector<std::string>> variables(const std::string& line) {
    auto words = TRY(spec::command_words(line));
    for (const auto& word : words)
        if (word.find('=') == std::string::npos || word.front() == '=' || has_control(word))
            return Error{Kind::invalid,
                         cat("flag -e: '", printable(word), "' is not like NAME=value")};
    return words;
}

partition::Phase phase(const cli::Arguments& given) {
    if (given.has('1')) return partition::Phase::load;
    return given.has('2') ? partition::Phase::init : partition::Phase::whole;
}

}  // namespace

Result<int> start(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::StartCall call = {.name = given.operand(),
                                 .resolve_clashes = given.has('a'),
                                 .maintenance = given.has('m'),
                                 .phase = phase(given)};
    const bool whole = call.phase == partition::Phase::whole && !call.maintenance;
    if (whole && partition::mobility::is_defined_application(call.name))
        return partition::mobility::execute_defined(call.name, manner(given, terminal));
    if (given.has('e')) call.environment = TRY(variables(given.value('e')));
    TRY(partition::start(call, manner(given, terminal)));
    return 0;
}

}  // namespace cmd
