#include "cli/usage.h"

#include <algorithm>
#include <tuple>

#include "cli/flags.h"

namespace cli {
namespace {

constexpr std::size_t line_width = 79;

std::string wrapped(std::string_view first, const std::vector<std::string>& pieces) {
    std::string text(first);
    const std::string indent(first.size() + 1, ' ');
    std::size_t column = first.size();
    for (const auto& piece : pieces) {
        if (column + 1 + piece.size() > line_width && column > indent.size()) {
            text += cat("\n", indent, piece);
            column = indent.size() + piece.size();
        } else {
            text += cat(" ", piece);
            column += 1 + piece.size();
        }
    }
    return text + "\n";
}

std::string alternatives(std::span<const Flag> flags, std::string_view letters) {
    std::string text;
    for (const char letter : letters)
        if (const auto* flag = find_flag(flags, {&letter, 1}))
            text += cat(text.empty() ? "" : " | ", with_value(*flag));
    return text;
}

const Rule* rule_about(const Command& command, std::string_view name, Rule::Kind kind) {
    for (const auto& rule : command.rules)
        if (rule.kind == kind && name.size() == 1 &&
            rule.flags.find(name) != std::string_view::npos)
            return &rule;
    return nullptr;
}

// Empty for a flag that an earlier group has shown already.
std::string piece_of(const Command& command, std::span<const Flag> flags, const Flag& flag) {
    const auto* group = rule_about(command, flag.name, Rule::Kind::exclusive);
    if (!group) return cat("[", with_value(flag), flag.repeats ? "]..." : "]");
    for (const auto& first : flags)
        if (group->flags.find(first.name) != std::string_view::npos)
            return &first == &flag ? cat("[", alternatives(flags, group->flags), "]")
                                   : std::string();
    return {};
}

std::string column(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string flag_lines(std::span<const Flag> flags) {
    constexpr std::size_t widest = 26;
    std::string text;
    for (const auto& flag : flags) {
        auto name = cat("  ", with_value(flag));
        if (flag.takes == Takes::variant)
            for (const char letter : flag.value) name += cat(", ", dashed(flag), letter);
        if (name.size() + 2 > widest) {
            text += name + "\n";
            name.clear();
        }
        text += cat(column(name, widest), flag.meaning, flag.repeats ? "; may repeat\n" : "\n");
    }
    return text;
}

std::string attribute_lines(const Command& command) {
    std::string text;
    for (const auto* flag : all_flags(command)) {
        if (!flag->stanza) continue;
        std::vector<std::string> names;
        for (const auto name : spec::attribute_names(*flag->stanza)) names.emplace_back(name);
        text += wrapped(cat("  ", dashed(*flag)), names);
    }
    return text.empty() ? text : cat("\nAttributes:\n", text);
}

// For man(7): a leading dot or quote would be a request, a bare dash a hyphen.
std::string roff(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        if (c == '\\')
            safe += "\\e";
        else if (c == '-')
            safe += "\\-";
        else
            safe += c;
    }
    if (safe.starts_with('.') || safe.starts_with('\'')) safe.insert(0, "\\&");
    return safe;
}

// Short pieces of a synopsis stay on one line.
std::string unbroken(const std::string& piece) {
    constexpr std::size_t longest = 40;
    return piece.size() > longest ? piece : join(split(piece, ' '), "\\ ");
}

std::string capital(std::string_view text) {
    std::string sentence(text);
    if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z') sentence[0] -= 'a' - 'A';
    return sentence + ".";
}

// man(1) finds corral-doctor(8) and corral(8).
std::string page_of(const Command& command) {
    std::string page(command.page.empty() ? command.name : command.page);
    std::replace(page.begin(), page.end(), ' ', '-');
    return page;
}

}  // namespace

std::vector<std::string> synopsis(const Command& command, std::span<const Flag> flags) {
    std::vector<std::string> pieces;
    std::vector<std::string> demanded;
    for (const auto& flag : flags) {
        if (rule_about(command, flag.name, Rule::Kind::one_of)) continue;
        if (command.form.key != 0 && flag.name == std::string_view(&command.form.key, 1)) {
            const bool second = flags.data() == command.form.flags.data();
            if (second) pieces.insert(pieces.begin(), dashed(flag));
            continue;
        }
        auto piece = piece_of(command, flags, flag);
        if (!piece.empty()) pieces.push_back(std::move(piece));
    }
    for (const auto& rule : command.rules) {
        if (rule.kind != Rule::Kind::one_of) continue;
        const auto choices = alternatives(flags, rule.flags);
        if (!choices.empty()) pieces.push_back(cat("{", choices, "}"));
    }
    if (!command.operands.shown.empty()) pieces.emplace_back(command.operands.shown);
    return pieces;
}

std::string usage(const Command& command, std::string_view shown) {
    auto text = wrapped(cat("Usage: ", shown), synopsis(command, command.flags));
    if (command.form.key != 0)
        text += wrapped(cat("       ", shown), synopsis(command, command.form.flags));
    return text;
}

std::string help(const Command& command, std::string_view shown) {
    auto text = cat(command.name, " - ", command.summary, "\n\n", usage(command, shown), "\n");
    text += cat("Flags:\n", flag_lines(command.flags), flag_lines(common_flags()));
    if (command.form.key != 0)
        text += cat("\nFlags with -", command.form.key, ":\n", flag_lines(command.form.flags));
    text += attribute_lines(command);
    if (!command.examples.empty()) text += "\nExamples:\n";
    for (const auto& example : command.examples)
        text += cat("  ", example.line, "\n      ", example.meaning, "\n");
    return text + cat("\nMore: man ", page_of(command), "\n");
}

std::string manual(const Command& command) {
    std::string text = ".SH SYNOPSIS\n";
    const auto form = [&](std::span<const Flag> flags) {
        text += cat(".HP\n.B ", command.name, "\n");
        for (const auto& piece : synopsis(command, flags)) text += unbroken(roff(piece)) + "\n";
    };
    form(command.flags);
    if (command.form.key != 0) form(command.form.flags);
    text += ".SH OPTIONS\n";
    for (const auto* flag : all_flags(command))
        text += cat(".TP\n.B ", roff(with_value(*flag)), "\n", roff(capital(flag->meaning)), "\n");
    for (const auto& flag : common_flags())
        text += cat(".TP\n.B ", roff(dashed(flag)), "\n", roff(capital(flag.meaning)), "\n");
    return text;
}

std::vector<const Flag*> all_flags(const Command& command) {
    std::vector<const Flag*> flags;
    for (const auto& flag : command.flags) flags.push_back(&flag);
    for (const auto& flag : command.form.flags)
        if (!find_flag(command.flags, flag.name)) flags.push_back(&flag);
    const auto order = [](const Flag* flag) {
        const char first = flag->name[0];
        const bool upper = first >= 'A' && first <= 'Z';
        return std::tuple(flag->name.size() > 1, static_cast<char>(upper ? first + 32 : first),
                          upper, flag->name);
    };
    std::sort(flags.begin(), flags.end(),
              [&](const Flag* one, const Flag* other) { return order(one) < order(other); });
    return flags;
}

}  // namespace cli
