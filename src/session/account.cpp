#include "session/account.h"

#include <algorithm>
#include <array>

namespace session {
namespace {

constexpr std::size_t file_limit = 4 << 20;
constexpr std::size_t groups_most = 1024;

// Calls `take` with each line until it returns true.
template <class Take>
void each_line(std::string_view text, const Take& take) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (take(text.substr(0, end))) return;
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

// Exactly `count` fields between colons, without a copy.
template <std::size_t count>
bool fields_of(std::string_view line, std::array<std::string_view, count>& fields) {
    for (std::size_t at = 0; at < count; ++at) {
        const auto end = line.find(':');
        if ((end == std::string_view::npos) != (at + 1 == count)) return false;
        fields[at] = line.substr(0, end);
        line.remove_prefix(at + 1 == count ? line.size() : end + 1);
    }
    return true;
}

std::optional<std::uint32_t> to_id(std::string_view text) {
    const auto number = to_number(text);
    if (!number || *number >= 0xffffffff)
        return std::nullopt;  // -1 means "unchanged" to the kernel
    return static_cast<std::uint32_t>(*number);
}

bool usable_path(std::string_view path) {
    return path.starts_with('/') && path.size() < 4096 && !has_control(path);
}

bool lists(std::string_view members, std::string_view user) {
    while (!members.empty()) {
        const auto end = members.find(',');
        if (members.substr(0, end) == user) return true;
        members.remove_prefix(end == std::string_view::npos ? members.size() : end + 1);
    }
    return false;
}

bool usable_name(std::string_view user) {
    return !user.empty() && user.front() != '-' && user.size() <= 256 && !has_control(user) &&
           user.find_first_of(":,/") == std::string_view::npos;
}

std::string text_or_nothing(const os::Dir& root, const std::string& name) {
    auto text = root.read(name, file_limit);
    return text ? *std::move(text) : std::string();
}

}  // namespace

Account nobody() { return {.name = "nobody", .uid = 65534, .gid = 65534, .groups = {65534}}; }

std::optional<Account> find_account(std::string_view passwd, std::string_view user) {
    std::optional<Account> found;
    if (!usable_name(user)) return found;
    each_line(passwd, [&](std::string_view line) {
        if (!line.starts_with(user) || line.substr(user.size(), 1) != ":") return false;
        std::array<std::string_view, 7> fields;
        if (!fields_of(line, fields)) return false;
        const auto uid = to_id(fields[2]);
        const auto gid = to_id(fields[3]);
        if (!uid || !gid) return false;
        found.emplace();
        found->name = user;
        found->uid = *uid;
        found->gid = *gid;
        if (usable_path(fields[5])) found->home = fields[5];
        if (usable_path(fields[6])) found->shell = fields[6];
        return true;
    });
    return found;
}

std::vector<gid_t> groups_of(std::string_view group, std::string_view user, gid_t own) {
    std::vector<gid_t> groups = {own};
    each_line(group, [&](std::string_view line) {
        std::array<std::string_view, 4> fields;
        if (!fields_of(line, fields) || !lists(fields[3], user)) return false;
        const auto gid = to_id(fields[2]);
        if (gid && std::find(groups.begin(), groups.end(), *gid) == groups.end())
            groups.push_back(*gid);
        return groups.size() >= groups_most;
    });
    return groups;
}

Result<Account> read_account(const os::Dir& root, const std::string& user) {
    const auto passwd = text_or_nothing(root, "etc/passwd");
    auto account = find_account(passwd, user);
    if (!account && user == "root") account = Account{.name = "root", .home = "/root"};
    if (!account)
        return Error{Kind::missing,
                     cat("user '", printable(user), "' is not in the WPAR's /etc/passwd")};
    account->groups = groups_of(text_or_nothing(root, "etc/group"), user, account->gid);
    return *std::move(account);
}

}  // namespace session
