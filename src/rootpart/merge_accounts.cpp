#include "rootpart/merge_accounts.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"

namespace rootpart {
namespace {

using Fields = std::vector<std::string>;

// passwd(5), group(5), shadow(5) or gshadow(5): the lines in their order, found by name.
class Table {
  public:
    Table(std::string_view text, std::size_t fields) {
        auto lines = split(text, '\n');
        if (!lines.empty() && lines.back().empty()) lines.pop_back();
        for (auto& line : lines) {
            auto parts = split(line, ':');
            if (parts.size() == fields && !parts.front().empty())
                (void)by_name_.emplace(parts.front(), rows_.size());
            rows_.push_back(std::move(parts));
        }
    }
    Fields* find(const std::string& name) {
        const auto found = by_name_.find(name);
        return found == by_name_.end() ? nullptr : &rows_[found->second];
    }
    void add(Fields row) {
        (void)by_name_.emplace(row.front(), rows_.size());
        rows_.push_back(std::move(row));
    }
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& row : rows_)
            if (by_name_.contains(row.front())) all.push_back(row.front());
        return all;
    }
    std::string text() const {
        std::string all;
        for (const auto& row : rows_) all += join(row, ":") + "\n";
        return all;
    }
    const std::vector<Fields>& rows() const { return rows_; }

  private:
    std::vector<Fields> rows_;
    std::map<std::string, std::size_t> by_name_;
};

using Id = std::uint32_t;

std::optional<Id> id_in(const Fields* row, std::size_t field) {
    if (row == nullptr || field >= row->size()) return std::nullopt;
    const auto number = to_number((*row)[field]);
    if (!number || *number > UINT32_MAX) return std::nullopt;
    return static_cast<Id>(*number);
}

class Ids {
  public:
    Ids(const Table& inside, const Table& wanted) {
        for (const auto& row : inside.rows())
            if (const auto id = id_in(&row, 2)) (void)taken_.emplace(*id, row.front());
        for (const auto& row : wanted.rows())
            if (const auto id = id_in(&row, 2)) spoken_for_.insert(*id);
    }
    /// Its own number if it is free inside, else the first free one of those for packages.
    Id give(Id own, const std::string& name) {
        Id id = own;
        if (taken_.contains(id))
            for (id = 100; id < 60000 && (taken_.contains(id) || spoken_for_.contains(id));) ++id;
        (void)taken_.emplace(id, name);
        return id;
    }
    std::string holder(Id id) const {
        const auto found = taken_.find(id);
        return found == taken_.end() ? std::string() : printable(found->second);
    }

  private:
    std::map<Id, std::string> taken_;
    std::set<Id> spoken_for_;
};

std::set<std::string> members_of(const Fields* row) {
    std::set<std::string> members;
    if (row == nullptr || row->size() != 4) return members;
    for (auto& member : split((*row)[3], ','))
        if (!member.empty()) members.insert(std::move(member));
    return members;
}

class Merger {
  public:
    explicit Merger(const AccountMerge& merge)
        : merge_(merge),
          passwd_(merge.inside.passwd, 7),
          group_(merge.inside.group, 4),
          shadow_(merge.inside.shadow, 9),
          gshadow_(merge.inside.gshadow, 4),
          wanted_users_(merge.wanted.passwd, 7),
          wanted_groups_(merge.wanted.group, 4),
          wanted_shadow_(merge.wanted.shadow, 9),
          wanted_gshadow_(merge.wanted.gshadow, 4),
          delivered_users_(merge.delivered_passwd, 7),
          delivered_groups_(merge.delivered_group, 4) {}

    AccountChanges run() {
        Ids groups(group_, wanted_groups_);
        for (const auto& name : wanted_groups_.names()) settle_group(name, groups);
        Ids users(passwd_, wanted_users_);
        for (const auto& name : wanted_users_.names()) settle_user(name, users);
        for (const auto& name : wanted_groups_.names()) settle_members(name);
        changes_.texts = {passwd_.text(), group_.text(), shadow_.text(), gshadow_.text()};
        return std::move(changes_);
    }

  private:
    void settle_group(const std::string& name, Ids& ids) {
        const auto id = id_in(wanted_groups_.find(name), 2);
        if (!id) return;
        if (const auto* there = group_.find(name)) {
            note_other_id("group", name, *id, id_in(there, 2), changes_.groups,
                          delivered_groups_.find(name) == nullptr);
            return;
        }
        if (delivered_groups_.find(name) != nullptr) return;  // removed inside
        const auto holder = ids.holder(*id);
        const auto given = ids.give(*id, name);
        note_clash("group", name, *id, given, holder);
        if (given != *id) changes_.groups[*id] = given;
        group_.add({name, "x", cat(given), ""});
        if (gshadow_.find(name) == nullptr) gshadow_.add({name, "*", "", ""});
        changes_.notes.push_back(cat("group ", name, " was added"));
    }

    void settle_user(const std::string& name, Ids& ids) {
        const auto* wanted = wanted_users_.find(name);
        const auto id = id_in(wanted, 2);
        if (!id) return;
        if (auto* there = passwd_.find(name)) {
            note_other_id("user", name, *id, id_in(there, 2), changes_.users,
                          delivered_users_.find(name) == nullptr);
            follow(name, *wanted, *there);
            return;
        }
        if (delivered_users_.find(name) != nullptr) return;  // removed inside
        const auto holder = ids.holder(*id);
        const auto given = ids.give(*id, name);
        note_clash("user", name, *id, given, holder);
        if (given != *id) changes_.users[*id] = given;
        auto row = *wanted;
        row[2] = cat(given);
        row[3] = cat(inner_group(id_in(wanted, 3).value_or(0)));
        passwd_.add(std::move(row));
        const auto* locked = wanted_shadow_.find(name);
        if (locked != nullptr && shadow_.find(name) == nullptr) shadow_.add(*locked);
        changes_.notes.push_back(cat("user ", name, " was added"));
    }

    Id inner_group(Id id) const {
        const auto other = changes_.groups.find(id);
        return other == changes_.groups.end() ? id : other->second;
    }

    // Name, home directory and shell, as long as nobody changed them inside.
    void follow(const std::string& name, const Fields& wanted, Fields& there) {
        const auto* delivered = delivered_users_.find(name);
        if (merge_.only_add || delivered == nullptr) return;
        const auto same = [](const Fields& one, const Fields& other) {
            return std::equal(one.begin() + 4, one.end(), other.begin() + 4, other.end());
        };
        if (!same(*delivered, there) || same(*delivered, wanted)) return;
        std::copy(wanted.begin() + 4, wanted.end(), there.begin() + 4);
        changes_.notes.push_back(cat("user ", name, " was changed"));
    }

    void settle_members(const std::string& name) {
        auto* there = group_.find(name);
        if (there == nullptr) return;
        const auto wanted = members_of(wanted_groups_.find(name));
        const auto delivered = members_of(delivered_groups_.find(name));
        auto members = members_of(there);
        const auto before = members;
        for (const auto& member : wanted)
            if (!delivered.contains(member) && passwd_.find(member) != nullptr)
                members.insert(member);
        for (const auto& member : delivered)
            if (!wanted.contains(member) && !merge_.only_add) members.erase(member);
        if (members == before) return;
        (*there)[3] = join({members.begin(), members.end()}, ",");
        if (auto* hidden = gshadow_.find(name)) (*hidden)[3] = (*there)[3];
        if (!before.empty() || delivered_groups_.find(name) != nullptr)
            changes_.notes.push_back(cat("members of group ", name, " were changed"));
    }

    void note_clash(std::string_view what, const std::string& name, Id id, Id given,
                    const std::string& holder) {
        if (given == id) return;
        changes_.clashes.push_back(cat(what, " ", name, ": number ", id, " belongs to ", holder,
                                       " in the workload partition, so it became ", given,
                                       " there; programs below /usr that are set-",
                                       what == "user" ? "user" : "group", "-ID to it keep ", id));
    }

    template <class Map>
    void note_other_id(std::string_view what, const std::string& name, Id id,
                       std::optional<Id> there, Map& map, bool news) {
        if (!there || *there == id) return;
        map[id] = *there;
        if (news)
            changes_.clashes.push_back(
                cat(what, " ", name, " was there already in the workload partition, with number ",
                    *there, "; its files are given to it"));
    }

    const AccountMerge& merge_;
    Table passwd_, group_, shadow_, gshadow_;
    Table wanted_users_, wanted_groups_, wanted_shadow_, wanted_gshadow_;
    Table delivered_users_, delivered_groups_;
    AccountChanges changes_;
};

}  // namespace

AccountChanges merge_accounts(const AccountMerge& merge) { return Merger(merge).run(); }

}  // namespace rootpart
