// What was given on a command line, already checked against the command's table.
#pragma once
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace cli {

class Arguments {
  public:
    bool has(std::string_view flag) const { return find(flag) != nullptr; }
    bool has(char flag) const { return has(std::string_view(&flag, 1)); }

    /// The flag's value; empty when it was not given, or given without its optional value.
    std::string value(std::string_view flag) const;
    std::string value(char flag) const { return value(std::string_view(&flag, 1)); }
    /// The values of a flag that repeats (-k path), in order.
    std::vector<std::string> values(char flag) const;
    /// One entry per time the flag was given (-N, -M, -I), each with its words
    /// ("address=10.0.0.1"), in order.
    std::vector<std::vector<std::string>> objects(char flag) const;
    /// All words of all times the flag was given (-R, -S, and the names of -K -R).
    std::vector<std::string> all(char flag) const;
    /// A whole number. Kind::invalid for anything else; nothing when the flag was not given.
    Result<std::optional<std::uint64_t>> number(char flag) const;
    Result<std::chrono::seconds> seconds(char flag, std::chrono::seconds otherwise) const;

    const std::vector<std::string>& operands() const { return operands_; }
    /// The first operand; only for commands that demand one.
    const std::string& operand() const { return operands_.front(); }
    /// The whole command line after the command, for the log.
    std::string text() const;

    struct Given {
        const Flag* flag = nullptr;
        std::vector<std::string> words = {};
    };

  private:
    friend class Parser;
    const Given* find(std::string_view flag) const;
    std::vector<Given> given_ = {};
    std::vector<std::string> operands_ = {};
    std::vector<std::string> line_ = {};
};

/// `words` without the command's name. Kind::invalid explains what does not fit the table.
Result<Arguments> parse(const Command& command, std::span<const std::string> words);

}  // namespace cli
