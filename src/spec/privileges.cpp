// -S: the one stanza whose attribute can also be added to and taken from.
#include <algorithm>

#include "spec/attributes.h"

namespace spec {
namespace {

using List = std::vector<std::string>;

bool holds(const List& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

Result<void> take(List& privileges, const List& unwanted) {
    for (const auto& name : unwanted) {
        if (!holds(privileges, name))
            return Error{Kind::invalid,
                         cat("privs-=: '", name, "' is not in the privilege set, which is ",
                             join(privileges, ","))};
        std::erase(privileges, name);
    }
    // an empty list would mean the default set, the opposite of what was asked for
    if (privileges.empty())
        return Error{Kind::invalid,
                     "privs-=: nothing would remain; a WPAR needs at least one privilege"};
    return {};
}

Result<void> change(List& privileges, char how, const List& named,
                    std::span<const std::string> base) {
    if (privileges.empty()) privileges.assign(base.begin(), base.end());
    if (how == '-') return take(privileges, named);
    for (const auto& name : named)
        if (!holds(privileges, name)) privileges.push_back(name);
    return {};
}

Result<void> set(Security& security, std::string name, std::string value,
                 std::span<const std::string> base) {
    for (const auto& attribute : attributes<Security>())
        if (attribute.name == name) return assign(security, attribute, std::move(value));
    const char how = name.back();
    const auto& privs = attributes<Security>().back();
    if ((how != '+' && how != '-') || name.substr(0, name.size() - 1) != privs.name)
        return unknown_attribute(name, Stanza::security);
    Security named;
    TRY(assign(named, privs, std::move(value)));
    return change(security.privs, how, named.privs, base);
}

}  // namespace

Result<void> set_attributes(Security& security, const Pairs& pairs,
                            std::span<const std::string> default_privileges) {
    List seen;
    for (const auto& word : pairs) {
        const auto at = word.find('=');
        if (at == std::string::npos || at == 0)
            return Error{Kind::invalid,
                         cat("'", printable(word), "' is not of the form attribute=value")};
        auto name = word.substr(0, at);
        if (holds(seen, name)) return repeated_attribute(name);
        seen.push_back(name);
        TRY(set(security, std::move(name), word.substr(at + 1), default_privileges));
    }
    return {};
}

}  // namespace spec
