#include "session/login.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace session {
namespace {

std::string_view base_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

// Shells that read no file of the user's own when they are given -c.
bool is_posix_shell(std::string_view path) {
    constexpr std::array<std::string_view, 4> known = {"sh", "bash", "dash", "ash"};
    return std::find(known.begin(), known.end(), base_name(path)) != known.end();
}

void set_variable(std::vector<std::string>& environment, const std::string& assignment) {
    const auto name = assignment.substr(0, assignment.find('=') + 1);
    if (name.size() < 2) return;
    for (auto& present : environment)
        if (present.starts_with(name)) {
            present = assignment;
            return;
        }
    environment.push_back(assignment);
}

std::vector<std::string> login_environment(const Account& account,
                                           const std::vector<std::string>& extra) {
    const char* path = account.uid == 0
                           ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
                           : "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games";
    std::vector<std::string> environment = {
        cat("HOME=", account.home), cat("SHELL=", account.shell),
        cat("USER=", account.name), cat("LOGNAME=", account.name),
        cat("PATH=", path),         cat("MAIL=/var/mail/", account.name)};
    for (const auto& assignment : extra) set_variable(environment, assignment);
    return environment;
}

}  // namespace

std::optional<std::vector<std::string>> plain_words(std::string_view command) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+@%= ";
    if (!command.starts_with('/') || command.find_first_not_of(plain) != std::string_view::npos)
        return std::nullopt;
    return words(command);
}

Login plan_login(const Account& account, const std::optional<std::string>& command,
                 const std::vector<std::string>& extra) {
    Login login;
    const auto name = base_name(account.shell);
    login.shell = {account.shell, {std::string(name)}, login_environment(account, extra)};
    if (!command) {
        login.shell.arguments[0].insert(0, "-");
        return login;
    }
    login.shell.arguments.insert(login.shell.arguments.end(), {"-c", *command});
    auto plain = plain_words(*command);
    if (!plain || !is_posix_shell(account.shell)) return login;
    // What the shell would have added before it ran the command in its place.
    auto environment = login.shell.environment;
    set_variable(environment, cat("PWD=", account.home));
    if (name == "bash") {
        set_variable(environment, "SHLVL=0");
        set_variable(environment, cat("_=", plain->front()));
    }
    login.direct = {plain->front(), *std::move(plain), std::move(environment)};
    return login;
}

Login plan_password_login(const std::string& user, const std::optional<std::string>& command,
                          const std::vector<std::string>& extra) {
    Login login;
    login.shell = {"/bin/su", {"su", "-", user}, login_environment(nobody(), extra)};
    if (command) login.shell.arguments.insert(login.shell.arguments.end(), {"-c", *command});
    return login;
}

std::vector<std::string> locale_of(std::string_view text) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@-=:";
    std::vector<std::string> found;
    for (const auto& line : split(text.substr(0, 4096), '\n')) {
        std::string assignment(trim(line));
        std::erase(assignment, '"');
        const bool locale = assignment.starts_with("LANG=") ||
                            assignment.starts_with("LANGUAGE=") || assignment.starts_with("LC_");
        if (locale && assignment.size() < 128 &&
            assignment.find_first_not_of(plain) == std::string::npos)
            set_variable(found, assignment);
    }
    return found;
}

std::vector<std::string> terminal_environment() {
    std::vector<std::string> kept;
    for (const char* name : {"TERM", "COLORTERM", "NO_COLOR"}) {
        const char* value = std::getenv(name);
        if (!value) continue;
        const std::string_view text = value;
        if (text.size() <= 64 && printable(text) == text && text.find('/') == text.npos)
            kept.push_back(cat(name, "=", text));
    }
    return kept;
}

}  // namespace session
