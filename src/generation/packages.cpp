#include "generation/packages.h"

#include "base/lines.h"
#include "base/text.h"

namespace generation {
namespace {

struct Stanza {
    std::string name = {};
    std::string version = {};
    std::string architecture = {};
    bool installed = false;
    bool several = false;  // the same package of another architecture may stand beside it
};

std::string_view value_of(std::string_view line, std::string_view field) {
    return line.starts_with(field) ? trim(line.substr(field.size())) : std::string_view();
}

void read_line(std::string_view line, Stanza& stanza) {
    if (const auto name = value_of(line, "Package:"); !name.empty()) stanza.name = name;
    if (const auto version = value_of(line, "Version:"); !version.empty()) stanza.version = version;
    if (const auto architecture = value_of(line, "Architecture:"); !architecture.empty())
        stanza.architecture = architecture;
    if (const auto status = value_of(line, "Status:"); !status.empty())
        stanza.installed = status.ends_with(" installed");
    if (value_of(line, "Multi-Arch:") == "same") stanza.several = true;
}

void keep(const Stanza& stanza, Packages& packages) {
    if (!stanza.installed || stanza.name.empty()) return;
    auto name = stanza.name;
    if (stanza.several) name += cat(":", stanza.architecture);
    packages[name] = stanza.version;
}

}  // namespace

Packages packages_of(std::string_view dpkg_status) {
    Packages packages;
    Stanza stanza;
    each_line(dpkg_status, [&](std::string_view line) {
        if (!line.empty()) return read_line(line, stanza);
        keep(stanza, packages);
        stanza = {};
    });
    keep(stanza, packages);
    return packages;
}

std::vector<PackageChange> changes(const Packages& before, const Packages& after) {
    std::vector<PackageChange> found;
    auto old = before.begin();
    auto now = after.begin();
    while (old != before.end() || now != after.end()) {
        if (now == after.end() || (old != before.end() && old->first < now->first)) {
            found.push_back({old->first, old->second, {}});
            ++old;
        } else if (old == before.end() || now->first < old->first) {
            found.push_back({now->first, {}, now->second});
            ++now;
        } else {
            if (old->second != now->second) found.push_back({old->first, old->second, now->second});
            ++old;
            ++now;
        }
    }
    return found;
}

}  // namespace generation
