#include "rootpart/relations.h"

#include <unordered_map>

#include "base/text.h"
#include "rootpart/version.h"

namespace rootpart {
namespace {

// Nothing real is provided by as many; a WPAR's root could say so to keep us busy.
constexpr unsigned most_offers = 256;

struct Relation {
    std::string name = {};
    std::string operation = {};  // empty: any version
    std::string version = {};
};

// "name:any (>= 1.2) [amd64]"; the status file of what is installed has no profiles.
Relation relation_of(std::string_view text) {
    Relation relation;
    const auto open = text.find('(');
    auto name = trim(text.substr(0, open));
    name = trim(name.substr(0, name.find(':')));
    relation.name = std::string(name.substr(0, name.find(' ')));
    if (open == std::string_view::npos) return relation;
    const auto inner = trim(text.substr(open + 1, text.find(')', open) - open - 1));
    const auto end = std::min(inner.find_first_not_of("<>="), inner.size());
    relation.operation = std::string(inner.substr(0, end));
    relation.version = std::string(trim(inner.substr(end)));
    return relation;
}

bool holds(const Relation& relation, std::string_view version) {
    if (relation.operation.empty()) return true;
    const auto order = compare_versions(version, relation.version);
    if (relation.operation == "<<") return order < 0;
    if (relation.operation == ">>") return order > 0;
    if (relation.operation == "=") return order == 0;
    return relation.operation.starts_with('<') ? order <= 0 : order >= 0;
}

// Of the packages that are there: who is called so, or provides it.
class Market {
  public:
    explicit Market(const Status& status) {
        for (const auto& [key, package] : status) {
            if (!package.is_there()) continue;
            offers_.emplace(package.name, Offer{&package, package.version});
            for (const auto& part : split(package.provides, ',')) add_virtual(package, part);
        }
    }

    bool has(const Relation& relation, const Package* but = nullptr) const {
        const auto [first, last] = offers_.equal_range(relation.name);
        auto left = most_offers;
        for (auto each = first; each != last && left != 0; ++each, --left) {
            const auto& offer = each->second;
            if (but != nullptr && offer.by->name == but->name) continue;
            if (offer.version.empty() ? relation.operation.empty() : holds(relation, offer.version))
                return true;
        }
        return false;
    }

  private:
    struct Offer {
        const Package* by = nullptr;
        std::string version = {};  // empty: no version is promised
    };
    void add_virtual(const Package& package, std::string_view part) {
        const auto relation = relation_of(part);
        if (!relation.name.empty())
            offers_.emplace(relation.name, Offer{&package, relation.version});
    }
    std::unordered_multimap<std::string, Offer> offers_;
};

bool is_met(const Market& market, std::string_view clause) {
    for (const auto& choice : split(clause, '|'))
        if (market.has(relation_of(choice))) return true;
    return false;
}

}  // namespace

std::set<std::string> complaints(const Status& status) {
    const Market market(status);
    std::set<std::string> all;
    for (const auto& [key, package] : status) {
        if (!package.is_there()) continue;
        for (const auto& clause : split(package.depends, ','))
            if (!trim(clause).empty() && !is_met(market, clause))
                all.insert(cat(key, " needs ", trim(clause)));
        for (const auto& clause : split(package.breaks, ','))
            if (!trim(clause).empty() && market.has(relation_of(clause), &package))
                all.insert(cat(key, " does not go with ", trim(clause)));
    }
    return all;
}

}  // namespace rootpart
