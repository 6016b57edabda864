#include "rootpart/merge_packages.h"

#include <set>

#include "base/lines.h"
#include "base/text.h"
#include "rootpart/relations.h"

namespace rootpart {
namespace {

using Version = std::string;  // empty: not there

const Package* find(const Status& status, const std::string& key) {
    const auto found = status.find(key);
    return found == status.end() ? nullptr : &found->second;
}
Version version_of(const Package* package) {
    return package != nullptr && package->is_there() ? package->version : Version();
}

std::string shown(const Version& version) { return version.empty() ? "not there" : version; }

class Merger {
  public:
    Merger(const Versions& before, const Status& inside, const Status& wanted)
        : before_(before), inside_(inside), wanted_(wanted) {
        merge_.status = wanted;
    }

    PackageMerge run() {
        std::set<std::string> keys;
        for (const auto& [key, package] : inside_) keys.insert(key);
        for (const auto& [key, version] : before_) keys.insert(key);
        for (const auto& key : keys) merge_one(key);
        if (!merge_.own.empty() || !merge_.gone.empty()) must_get_on();
        return std::move(merge_);
    }

  private:
    void merge_one(const std::string& key) {
        const auto* inside = find(inside_, key);
        const auto found = before_.find(key);
        const auto before = found == before_.end() ? Version() : found->second;
        const auto now = version_of(inside);
        const auto next = version_of(find(wanted_, key));
        if (now == before || now == next) {
            if (inside != nullptr && now.empty() && merge_.status.try_emplace(key, *inside).second)
                merge_.left.push_back(key);
            return;
        }
        if (next != before) {
            merge_.clashes.push_back(
                cat(key, " is ", shown(now), " inside and would become ", shown(next)));
            return;
        }
        merge_.status.erase(key);
        if (inside != nullptr) merge_.status.emplace(key, *inside);
        (now.empty() ? merge_.gone : merge_.own).push_back(key);
    }

    // What was wrong before, on either side, is nobody's business here.
    void must_get_on() {
        const auto inside = complaints(inside_);
        const auto wanted = complaints(wanted_);
        for (const auto& complaint : complaints(merge_.status))
            if (!inside.contains(complaint) && !wanted.contains(complaint))
                merge_.clashes.push_back(complaint);
    }

    const Versions& before_;
    const Status& inside_;
    const Status& wanted_;
    PackageMerge merge_;
};

}  // namespace

Versions versions_of(const Status& status) {
    Versions versions;
    for (const auto& [key, package] : status)
        if (package.is_there()) versions.emplace(key, package.version);
    return versions;
}

std::string versions_text(const Versions& versions) {
    std::string text;
    for (const auto& [key, version] : versions) text += cat(key, " ", version, "\n");
    return text;
}

Versions parse_versions(std::string_view text) {
    Versions versions;
    each_line(text, [&](std::string_view line) {
        const auto parts = words(line);
        if (parts.size() == 2) versions.emplace(parts[0], parts[1]);
    });
    return versions;
}

PackageMerge merge_packages(const Versions& before, const Status& inside, const Status& wanted) {
    return Merger(before, inside, wanted).run();
}

}  // namespace rootpart
