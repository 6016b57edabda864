#include "cli/complete.h"

#include <algorithm>

#include "cli/flags.h"
#include "spec/values.h"

namespace cli {
namespace {

using Words = std::vector<std::string>;

Words beginning_with(const Words& all, std::string_view start) {
    Words fitting;
    for (const auto& word : all)
        if (word.starts_with(start)) fitting.push_back(word);
    return fitting;
}

const Command* command_called(const Program& program, std::string_view name) {
    const auto slash = name.rfind('/');
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    for (const auto* command : program.commands)
        if (command->name == name) return command;
    return nullptr;
}

const Command* command_of_verb(const Program& program, std::string_view verb) {
    for (const auto* command : program.commands)
        if (command->verb == verb) return command;
    return command_called(program, verb);
}

Words attributes_of(const Flag& flag) {
    Words names;
    if (!flag.stanza) return names;
    for (const auto name : spec::attribute_names(*flag.stanza))
        names.push_back(cat(name, flag.takes == Takes::pairs ? "=" : ""));
    return names;
}

Words values_of(std::string_view attribute) {
    if (attribute == "vfs") {
        Words names;
        for (const auto name : spec::vfs_names()) names.emplace_back(name);
        return names;
    }
    if (attribute == "mode") return {"routed", "macvlan", "ipvlan", "bridge"};
    if (attribute == "active") return {"yes", "no"};
    return {};
}

// What a flag with a value means to the words after it.
struct Context {
    const Flag* flag = nullptr;  // its words are being typed
    bool value_due = false;      // the flag's only value is the current word
    bool flags_ended = false;
    std::size_t operands = 0;
};

void read_cluster(Context& context, std::span<const Flag> flags, std::string_view letters) {
    for (std::size_t at = 1; at < letters.size(); ++at) {
        const auto* flag = find_flag(flags, letters.substr(at, 1));
        if (!flag) return;
        if (flag->takes == Takes::nothing || flag->takes == Takes::variant) continue;
        const bool last = at + 1 == letters.size();
        context.value_due = last && (flag->takes == Takes::value || flag->takes == Takes::optional);
        if (last) context.flag = flag;
        return;
    }
}

void read(Context& context, const Command& command, std::span<const Flag> flags,
          const std::string& word) {
    if (context.value_due) {
        context = {nullptr, false, context.flags_ended, context.operands};
    } else if (!context.flags_ended && word == "--") {
        context.flags_ended = true;
        context.flag = nullptr;
    } else if (!context.flags_ended && word.size() > 1 && word.front() == '-') {
        context.flag = nullptr;
        if (!word.starts_with("--")) read_cluster(context, flags, word);
    } else if (!(context.flag && (is_pair(word) || context.flag->takes == Takes::names))) {
        context.flag = nullptr;
        ++context.operands;
        context.flags_ended |= context.operands >= command.operands.last_before;
    }
}

Words flag_names(std::span<const Flag> flags) {
    Words names;
    for (const auto& flag : flags) names.push_back(dashed(flag));
    for (const auto& flag : common_flags()) names.push_back(dashed(flag));
    return names;
}

bool wants_wpar(const Flag& flag) { return flag.value == "existingwpar"; }

Words candidates(const Program& program, const Command& command, const Words& before,
                 std::string_view word) {
    auto flags = command.flags;
    const auto key = cat("-", command.form.key);
    if (command.form.key != 0 && std::find(before.begin(), before.end(), key) != before.end())
        flags = command.form.flags;
    Context context;
    for (const auto& earlier : before) read(context, command, flags, earlier);

    if (context.value_due)
        return wants_wpar(*context.flag) && program.names ? program.names() : Words();
    if (word.starts_with('-') && !context.flags_ended) return flag_names(flags);
    Words offered = context.flag ? attributes_of(*context.flag) : Words();
    const bool more_operands = context.operands < command.operands.most &&
                               context.operands + 1 <= command.operands.last_before;
    if (context.operands < command.operands.wpars && more_operands && program.names)
        for (auto& name : program.names()) offered.push_back(std::move(name));
    if (more_operands)
        for (const auto operand : command.operands.words) offered.emplace_back(operand);
    return offered;
}

Words verbs(const Program& program) {
    Words names;
    for (const auto* command : program.commands) names.emplace_back(command->verb);
    names.emplace_back("help");
    return names;
}

}  // namespace

Words complete(const Program& program, std::string_view line) {
    auto typed = words(line);
    const bool new_word = line.empty() || line.back() == ' ';
    const std::string word = new_word || typed.empty() ? std::string() : typed.back();
    if (!new_word && !typed.empty()) typed.pop_back();
    if (typed.empty()) return {};

    const auto* command = command_called(program, typed[0]);
    std::size_t skip = 1;
    if (!command) {
        if (typed.size() == 1) return beginning_with(verbs(program), word);
        command = command_of_verb(program, typed[1]);
        skip = 2;
    }
    if (!command) return {};
    if (is_pair(word)) {
        const auto equals = word.find('=');
        return beginning_with(values_of(word.substr(0, equals)), word.substr(equals + 1));
    }
    const Words before(typed.begin() + static_cast<std::ptrdiff_t>(skip), typed.end());
    return beginning_with(candidates(program, *command, before, word), word);
}

std::string bash_script(const Program& program) {
    std::string names = "corral";
    for (const auto* command : program.commands)
        if (command->name.find(' ') == std::string_view::npos) names += cat(" ", command->name);
    return cat(
        "# bash completion for Corral's commands; written by `corral --completion bash`\n"
        "_corral() {\n"
        "    local line=${COMP_LINE:0:COMP_POINT}\n"
        "    mapfile -t COMPREPLY < <(corral --complete \"$line\" 2>/dev/null)\n"
        "    # an attribute waits for its value, so no blank after it\n"
        "    [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace\n"
        "}\n"
        "complete -o bashdefault -o default -F _corral ",
        names, "\n");
}

}  // namespace cli
