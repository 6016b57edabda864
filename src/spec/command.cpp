#include "spec/command.h"

namespace spec {
namespace {

/// Takes one word off `line`, which begins with it.
Result<std::string> take_word(std::string_view& line) {
    constexpr std::string_view blanks = " \t\n";
    std::string word;
    char quote = '\0';
    while (!line.empty() &&
           (quote != '\0' || blanks.find(line.front()) == std::string_view::npos)) {
        const char c = line.front();
        line.remove_prefix(1);
        const bool closes = c == quote;
        if (closes) {
            quote = '\0';
        } else if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == '\\' && quote != '\'') {
            if (line.empty())
                return Error{Kind::invalid, "a backslash stands at the end of the command"};
            const char next = line.front();
            // in double quotes a backslash protects only what would be special there
            if (quote == '"' && next != '"' && next != '\\' && next != '$' && next != '`')
                word += c;
            word += next;
            line.remove_prefix(1);
        } else {
            word += c;
        }
    }
    if (quote != '\0') return Error{Kind::invalid, cat("the quote ", quote, " is not closed")};
    return word;
}

bool is_assignment(std::string_view word) {
    constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    const auto equals = word.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    const auto name = word.substr(0, equals);
    if (first.find(name.front()) == std::string_view::npos) return false;
    for (const char c : name)
        if (first.find(c) == std::string_view::npos && (c < '0' || c > '9')) return false;
    return true;
}

}  // namespace

std::string command_line(std::span<const std::string> words) {
    std::string line;
    for (const auto& word : words) line += cat(line.empty() ? "" : " ", shell_word(word));
    return line;
}

Result<std::vector<std::string>> command_words(std::string_view line) {
    constexpr std::string_view blanks = " \t\n";
    std::vector<std::string> found;
    for (;;) {
        const auto first = line.find_first_not_of(blanks);
        if (first == std::string_view::npos) return found;
        line.remove_prefix(first);
        found.push_back(TRY(take_word(line)));
    }
}

Result<Command> parse_command(std::string_view line) {
    Command command;
    for (auto& word : TRY(command_words(line))) {
        const bool setting = command.arguments.empty() && is_assignment(word);
        (setting ? command.environment : command.arguments).push_back(std::move(word));
    }
    if (command.arguments.empty()) return Error{Kind::invalid, "no program is named"};
    const auto& program = command.arguments.front();
    if (!program.starts_with('/'))
        return Error{Kind::invalid,
                     cat("'", printable(program), "' is not an absolute path; name the ",
                         "program by its full path, like /usr/bin/vmstat")};
    return command;
}

}  // namespace spec
