// dpkg's database: info/PACKAGE.list names a package's files, `status` the configuration files with
// their checksums, `diversions` files that lie elsewhere. ucf, which Debian's packages use for
// generated configuration, has a registry and checksums of its own.
#include "base/lines.h"
#include "rootpart/packages.h"

namespace rootpart {
namespace {

constexpr std::size_t file_limit = 256 << 20;
constexpr auto database = "var/lib/dpkg";

bool is_private(std::string_view path) {
    return path.starts_with("/etc") || path.starts_with("/var") || path.starts_with("/root");
}

Result<void> read_lists(const os::Dir& info, Packages& packages) {
    for (const auto& name : TRY(info.entries())) {
        if (!name.ends_with(".list")) continue;
        const auto text = info.read(name, file_limit);
        if (!text && text.error().kind == Kind::missing) continue;  // just removed
        if (!text) return text.error();
        each_line(*text, [&](std::string_view path) {
            if (is_private(path)) packages.owned.emplace(path);
        });
    }
    return {};
}

void read_checksums(std::string_view status, Packages& packages) {
    for (auto& [path, checksum] : shipped_checksums(status)) {
        packages.owned.insert(path);
        if (checksum != "newconffile") packages.shipped_md5[path] = checksum;
    }
}

// Three lines each: from, to, by whom.
void read_diversions(std::string_view text, Packages& packages) {
    std::string from;
    unsigned number = 0;
    each_line(text, [&](std::string_view line) {
        if (number % 3 == 0) from = line;
        if (number % 3 == 1 && packages.owns(from)) packages.owned.emplace(line);
        ++number;
    });
}

void read_ucf(const os::Dir& global, Packages& packages) {
    const auto registry = global.read("var/lib/ucf/registry", file_limit);
    const auto hashes = global.read("var/lib/ucf/hashfile", file_limit);
    if (!registry || !hashes) return;                  // no package uses it
    each_line(*registry, [&](std::string_view line) {  // package, path
        const auto parts = words(line);
        if (parts.size() == 2 && is_private(parts[1])) packages.owned.insert(parts[1]);
    });
    each_line(*hashes, [&](std::string_view line) {  // checksum, path
        const auto parts = words(line);
        if (parts.size() == 2 && is_private(parts[1])) packages.shipped_md5[parts[1]] = parts[0];
    });
}

}  // namespace

// " /etc/issue 0123...ef" with perhaps " obsolete" after it, in the field Conffiles.
std::unordered_map<std::string, std::string> shipped_checksums(std::string_view status) {
    std::unordered_map<std::string, std::string> checksums;
    bool wanted = false;
    each_line(status, [&](std::string_view line) {
        if (!line.starts_with(' ')) wanted = line.starts_with("Conffiles:");
        if (!wanted || !line.starts_with(" /")) return;
        const auto parts = words(line);
        if (parts.size() >= 2 && is_private(parts[0])) checksums[parts[0]] = parts[1];
    });
    return checksums;
}

bool has_dpkg(const os::Dir& global) { return global.has(cat(database, "/status")); }

Result<Packages> read_dpkg(const os::Dir& global) {
    Packages packages;
    packages.database.emplace_back(cat("/", database));
    const auto home = TRY(global.beneath(database));
    const auto info = TRY(home.beneath("info"));
    TRY(read_lists(info, packages));
    read_checksums(TRY(home.read("status", file_limit)), packages);
    if (const auto diversions = home.read("diversions", file_limit))
        read_diversions(*diversions, packages);
    read_ucf(global, packages);
    return packages;
}

}  // namespace rootpart
