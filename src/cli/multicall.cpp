#include "cli/multicall.h"

#include <algorithm>

#include "cli/arguments.h"
#include "cli/complete.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "cli/usage.h"

namespace cli {
namespace {

std::string_view base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

const Command* find(const Program& program, std::string_view Command::*field,
                    std::string_view wanted) {
    for (const auto* command : program.commands)
        if (command->*field == wanted) return command;
    return nullptr;
}

const Command* by_verb_or_name(const Program& program, std::string_view word) {
    const auto* command = find(program, &Command::verb, word);
    return command ? command : find(program, &Command::name, word);
}

std::string overview(const Program& program) {
    std::string text =
        "Corral - workload partitions for Linux\n\n"
        "Usage: corral verb [flags] [operands]\n\nVerbs:\n";
    for (const auto* command : program.commands) {
        auto verb = cat("  ", command->verb);
        verb.resize(std::max<std::size_t>(14, verb.size()), ' ');
        auto name = std::string(command->name);
        name.resize(std::max<std::size_t>(18, name.size()), ' ');
        text += cat(verb, name, command->summary, "\n");
    }
    return text +
           "\nThe second column is the command of the same meaning under its AIX name.\n"
           "corral help verb shows its flags; man corral tells the rest.\n";
}

int show(std::string_view text) {
    Terminal terminal("corral");
    terminal.text(text);
    const auto written = terminal.flush();
    if (!written) terminal.error(written.error());
    return written ? 0 : 1;
}

int unknown(std::string_view what, std::string_view word) {
    Terminal terminal("corral");
    terminal.error({Kind::invalid,
                    cat(what, " '", printable(word), "' is not known; corral help lists the verbs"),
                    0,
                    {}});
    return 2;
}

int show_help(const Program& program, std::span<const std::string> words) {
    if (words.empty()) return show(overview(program));
    const auto* command = by_verb_or_name(program, words[0]);
    if (!command) return unknown("verb", words[0]);
    return show(help(*command, cat("corral ", command->verb)));
}

int show_lines(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return show(text);
}

int run_internal(const Program& program, std::string_view name,
                 std::span<const std::string> words) {
    const auto first = words.empty() ? std::string_view() : std::string_view(words[0]);
    if (name == "--help") return show_help(program, words);
    if (name == "--version") return show(cat("corral (Corral) ", CORRAL_VERSION, "\n"));
    if (name == "--complete") return show_lines(complete(program, first));
    if (name == "--completion") {
        if (first == "bash") return show(bash_script(program));
        return unknown("shell", first);
    }
    if (name == "--manual") {
        const auto* command = by_verb_or_name(program, first);
        return command ? show(manual(*command)) : unknown("command", first);
    }
    for (const auto& internal : program.internals)
        if (internal.name == name) return internal.action(words);
    return unknown("flag", name);
}

int run_command(const Command& command, std::string_view shown,
                std::span<const std::string> words) {
    Terminal terminal(command.name);
    return run(command, {.shown = shown, .words = words}, terminal);
}

}  // namespace

int multicall(const Program& program, int argc, char** argv) {
    const auto called = argc > 0 ? base_name(argv[0]) : std::string_view("corral");
    const std::vector<std::string> all(argv + std::min(argc, 1), argv + argc);
    const std::span<const std::string> words(all);
    if (const auto* command = find(program, &Command::name, called))
        return run_command(*command, called, words);
    if (words.empty()) return show(overview(program));
    const auto rest = words.subspan(1);
    if (words[0] == "help") return show_help(program, rest);
    if (words[0].starts_with('-')) return run_internal(program, words[0], rest);
    const auto* command = by_verb_or_name(program, words[0]);
    if (!command) return unknown("verb", words[0]);
    return run_command(*command, cat("corral ", words[0]), rest);
}

}  // namespace cli
