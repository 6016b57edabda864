#include "rootpart/accounts.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.h"

namespace rootpart {
namespace {

bool is_system_id(std::uint64_t id) {
    constexpr std::uint64_t first_person = 1000;
    constexpr std::uint64_t nobody = 65534;
    return id < first_person || id == nobody || (id >= 60000 && id <= 64999);
}

std::vector<std::vector<std::string>> entries(std::string_view text, std::size_t fields) {
    std::vector<std::vector<std::string>> all;
    std::set<std::string> names;
    for (const auto& line : split(text, '\n')) {
        auto parts = split(line, ':');
        if (parts.size() != fields || has_control(line)) continue;
        const auto& name = parts.front();
        if (name.empty() || name.front() == '+' || name.front() == '-') continue;  // NIS
        const auto id = to_number(parts[2]);
        if (!id || !is_system_id(*id) || !names.insert(name).second) continue;
        all.push_back(std::move(parts));
    }
    return all;
}

}  // namespace

Accounts system_accounts(std::string_view passwd, std::string_view group, std::uint64_t day) {
    Accounts accounts;
    std::set<std::string> users;
    for (auto& fields : entries(passwd, 7)) {
        if (fields[2] == "0" && fields[0] != "root")
            continue;  // a second name for root is a person's
        fields[1] = "x";
        users.insert(fields[0]);
        accounts.passwd += join(fields, ":") + "\n";
        accounts.shadow += cat(fields[0], ":*:", day, ":0:99999:7:::\n");
    }
    for (auto& fields : entries(group, 4)) {
        auto members = split(fields[3], ',');
        std::erase_if(members, [&](const std::string& member) { return !users.contains(member); });
        fields[1] = "x";
        fields[3] = join(members, ",");
        accounts.group += join(fields, ":") + "\n";
        accounts.gshadow += cat(fields[0], ":*::", fields[3], "\n");
    }
    return accounts;
}

std::string without_hashes(std::string_view shadow, std::string_view only) {
    std::string kept;
    for (const auto& line : split(trim(shadow), '\n')) {
        auto fields = split(line, ':');
        const bool meant = only.empty() || fields.front() == only;
        if (meant && fields.size() > 1 && !fields[1].starts_with('!') && fields[1] != "*")
            fields[1] = "*";
        kept += join(fields, ":") + "\n";
    }
    return kept;
}

}  // namespace rootpart
