// What a login runs: program, arguments and environment, as `su -` sets them. Pure: touches
// nothing.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/account.h"

namespace session {

struct Invocation {
    std::string program = {};
    std::vector<std::string> arguments = {};
    std::vector<std::string> environment = {};
};

struct Login {
    /// A command of plain words, run without the shell it would only pass through; try it first.
    std::optional<Invocation> direct = {};
    Invocation shell = {};
};

/// `command` nothing: a login shell ("-bash"); else the shell with -c. `extra` ("NAME=value")
/// overrides what a login sets.
Login plan_login(const Account& account, const std::optional<std::string>& command,
                 const std::vector<std::string>& extra);

/// The same through the WPAR's own su(1), begun as nobody, so that it asks for the user's password.
Login plan_password_login(const std::string& user, const std::optional<std::string>& command,
                          const std::vector<std::string>& extra);

/// LANG and LC_* of a file like /etc/default/locale, where their values are harmless.
std::vector<std::string> locale_of(std::string_view text);

/// The words of a command that any POSIX shell would run unchanged, by an absolute path; nothing
/// when there is a character in it that a shell might give a meaning.
std::optional<std::vector<std::string>> plain_words(std::string_view command);

/// TERM, COLORTERM and NO_COLOR of this process, where their values are harmless.
std::vector<std::string> terminal_environment();

}  // namespace session
