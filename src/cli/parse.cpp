// AIX's flag grammar; see command.h for the kinds of flags.
#include <algorithm>

#include "cli/arguments.h"
#include "cli/flags.h"

namespace cli {
namespace {

Error wrong(std::string text) { return {Kind::invalid, std::move(text), 0, {}}; }

Result<void> check_ascii(std::span<const std::string> words) {
    for (const auto& word : words)
        if (printable(word) != word)
            return wrong(cat("'", printable(word),
                             "' holds a control character or one that is not ASCII; only printable "
                             "ASCII is accepted"));
    return {};
}

std::string listed(std::string_view letters) {
    std::string text;
    for (const char letter : letters) text += cat(text.empty() ? "-" : ", -", letter);
    return text;
}

}  // namespace

class Parser {
  public:
    Parser(const Command& command, std::span<const std::string> words)
        : command_(command), words_(words), flags_(command.flags) {
        arguments_.line_.assign(words.begin(), words.end());
    }

    Result<Arguments> parse() {
        if (command_.ascii) TRY(check_ascii(words_));
        TRY(read_words());
        if (finished_early()) return std::move(arguments_);
        TRY(check_operands());
        for (const auto& rule : command_.rules) TRY(check(rule));
        return std::move(arguments_);
    }

  private:
    Result<void> read_words() {
        bool flags_ended = false;
        while (at_ < words_.size() && !finished_early()) {
            const auto& word = words_[at_++];
            if (flags_ended || word.size() < 2 || word.front() != '-') {
                arguments_.operands_.push_back(word);
                flags_ended |= arguments_.operands_.size() >= command_.operands.last_before;
            } else if (word == "--") {
                flags_ended = true;
            } else if (word.starts_with("--")) {
                TRY(read_long(word));
            } else {
                TRY(read_cluster(word));
            }
        }
        return {};
    }

    // --help and --version are answered whatever else is missing.
    bool finished_early() const { return arguments_.has("help") || arguments_.has("version"); }

    Result<void> read_long(const std::string& word) {
        const auto sign = std::min(word.find('='), word.size());
        const auto* flag = find_flag(flags_, std::string_view(word).substr(2, sign - 2));
        if (!flag || flag->name.size() < 2)
            return wrong(cat("flag ", printable(word), " is not known"));
        const bool attached = sign < word.size();
        if (flag->takes == Takes::nothing && attached)
            return wrong(cat("flag ", dashed(*flag), " takes no value"));
        if (flag->takes == Takes::nothing) return add(*flag, {});
        return add(*flag, {attached ? word.substr(sign + 1) : TRY(next_value(*flag))});
    }

    Result<void> read_cluster(const std::string& word) {
        for (std::size_t at = 1; at < word.size();) {
            const char letter = word[at];
            if (letter == command_.form.key && !switched_) return switch_form();
            const auto* flag = find_flag(flags_, {&letter, 1});
            if (!flag) return wrong(cat("flag -", printable({&letter, 1}), " is not known"));
            at = TRY(read_flag(*flag, word, at + 1));
        }
        return {};
    }

    // The key may come anywhere, so what was read before it is read again with the other table.
    Result<void> switch_form() {
        switched_ = true;
        flags_ = command_.form.flags;
        arguments_.given_.clear();
        arguments_.operands_.clear();
        at_ = 0;
        return {};
    }

    // Where in `word` the next letter of the cluster is.
    Result<std::size_t> read_flag(const Flag& flag, const std::string& word, std::size_t next) {
        const auto attached = word.substr(next);
        std::vector<std::string> values;
        switch (flag.takes) {
            case Takes::nothing:
                TRY(add(flag, {}));
                return next;
            case Takes::variant:
                if (!attached.empty() && flag.value.find(attached[0]) != std::string_view::npos) {
                    TRY(add(flag, {attached.substr(0, 1)}));
                    return next + 1;
                }
                TRY(add(flag, {}));
                return next;
            case Takes::value:
                values.push_back(attached.empty() ? TRY(next_value(flag)) : attached);
                break;
            case Takes::optional:
                if (!attached.empty())
                    values.push_back(attached);
                else if (optional_value_follows(flag))
                    values.push_back(words_[at_++]);
                break;
            case Takes::pairs:
            case Takes::names:
                if (!attached.empty())
                    return wrong(cat("a blank must follow flag -", flag.name, ", found '",
                                     printable(word), "'"));
                values =
                    flag.takes == Takes::pairs ? TRY(following_pairs(flag)) : following_names();
                break;
        }
        TRY(add(flag, std::move(values)));
        return word.size();
    }

    Result<std::string> next_value(const Flag& flag) {
        const auto missing = cat("flag ", dashed(flag), " needs a value: ", flag.value);
        if (at_ == words_.size()) return wrong(missing);
        const auto& word = words_[at_];
        // a value may begin with a dash only where it is more than one word (restwpar -M "-N ...")
        if (word.size() > 1 && word.front() == '-' && word.find(' ') == std::string::npos)
            return wrong(cat(missing, ", found the flag '", printable(word), "'"));
        ++at_;
        return word;
    }

    bool optional_value_follows(const Flag& flag) const {
        if (at_ == words_.size() || words_[at_].starts_with('-')) return false;
        return flag.fits ? flag.fits(words_[at_]) : words_.size() - at_ > command_.operands.least;
    }

    Result<std::vector<std::string>> following_pairs(const Flag& flag) {
        std::vector<std::string> pairs;
        while (at_ < words_.size() && is_pair(words_[at_])) pairs.push_back(words_[at_++]);
        if (!pairs.empty()) return pairs;
        return wrong(cat("flag -", flag.name, " needs attribute=value after it",
                         at_ < words_.size() ? cat(", found '", printable(words_[at_]), "'") : ""));
    }

    std::vector<std::string> following_names() {
        std::vector<std::string> names;
        while (at_ < words_.size() && !words_[at_].starts_with('-') &&
               words_.size() - at_ + arguments_.operands_.size() > command_.operands.least)
            names.push_back(words_[at_++]);
        return names;
    }

    Result<void> add(const Flag& flag, std::vector<std::string> values) {
        if (!flag.repeats && arguments_.has(flag.name))
            return wrong(cat("flag ", dashed(flag), " is given twice"));
        arguments_.given_.push_back({&flag, std::move(values)});
        return {};
    }

    Result<void> check_operands() const {
        const auto& wanted = command_.operands;
        const auto& found = arguments_.operands_;
        if (found.size() < wanted.least) {
            if (found.empty()) return wrong(cat("an operand is missing: ", wanted.shown));
            return wrong(cat("too few operands; wanted: ", wanted.shown));
        }
        if (found.size() > wanted.most)
            return wrong(cat("'", printable(found[wanted.most]), "' is one operand too many",
                             wanted.most == 0 ? "; this command takes none" : ""));
        return {};
    }

    Result<void> check(const Rule& rule) const {
        std::string given;
        std::string known;
        for (const char letter : rule.flags) {
            if (arguments_.has(letter)) given += letter;
            if (find_flag(flags_, {&letter, 1})) known += letter;
        }
        if (rule.kind == Rule::Kind::exclusive && given.size() > 1)
            return wrong(cat("flags ", listed(given), " exclude each other"));
        if (rule.kind == Rule::Kind::one_of && given.empty() && !known.empty())
            return wrong(cat(known.size() == 1 ? "flag " : "one of the flags ", listed(known),
                             " is needed"));
        if (rule.kind == Rule::Kind::needs && given == rule.flags.substr(0, 1))
            return wrong(cat("flag -", given, " makes sense only with ",
                             rule.flags.size() > 2 ? "one of " : "", listed(rule.flags.substr(1))));
        return {};
    }

    const Command& command_;
    std::span<const std::string> words_;
    std::span<const Flag> flags_;
    std::size_t at_ = 0;
    bool switched_ = false;
    Arguments arguments_ = {};
};

Result<Arguments> parse(const Command& command, std::span<const std::string> words) {
    return Parser(command, words).parse();
}

}  // namespace cli
