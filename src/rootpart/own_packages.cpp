#include "rootpart/own_packages.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/lines.h"
#include "rootpart/copy.h"
#include "rootpart/inside.h"
#include "rootpart/listing.h"
#include "rootpart/place.h"

namespace rootpart {
namespace {

constexpr std::size_t status_limit = 64 << 20;
constexpr std::size_t file_limit = 16 << 20;
constexpr std::size_t all_limit = 256 << 20;
constexpr auto info = "var/lib/dpkg/info";
constexpr auto triggers = "var/lib/dpkg/triggers";
constexpr mode_t usual = 0644;

using Names = std::set<std::string>;

Names names_of(const std::vector<std::string>& keys) { return {keys.begin(), keys.end()}; }

// "libc6:amd64.list" is of libc6:amd64.
std::string owner_of(const std::string& file) { return file.substr(0, file.rfind('.')); }

// In a tree of ours.
Result<void> put(const os::Dir& wanted, const std::string& path, const std::string& text,
                 mode_t mode = usual) {
    const auto folder = TRY(directory_inside(wanted, directory_of(path)));
    const auto name = name_of(path);
    if (folder.has(name)) TRY(folder.unlink(name));
    return write_new(folder.fd(), {.name = name, .text = text, .mode = mode}, cat("/", path));
}

// What is the same inside is given the same time: then it counts as equal. dpkg writes its files again with what they had.
Result<void> take_times(const os::Dir& wanted, const os::Dir& target, const std::string& path) {
    const auto fresh = TRY(directory_inside(wanted, path));
    const auto there = TRY(directory_inside(target, path));
    for (const auto& listed : TRY(list_directory(fresh.fd(), path))) {
        struct stat one = {};
        struct stat other = {};
        const auto* name = listed.name.c_str();
        if (listed.type != DT_REG || ::fstatat(fresh.fd(), name, &one, AT_SYMLINK_NOFOLLOW) != 0 ||
            ::fstatat(there.fd(), name, &other, AT_SYMLINK_NOFOLLOW) != 0 ||
            one.st_size != other.st_size ||
            (one.st_mtim.tv_sec == other.st_mtim.tv_sec &&
             one.st_mtim.tv_nsec == other.st_mtim.tv_nsec))
            continue;
        const auto text = read_inside(there, listed.name, static_cast<std::size_t>(one.st_size));
        const auto ours = fresh.read(listed.name, status_limit);
        if (!text || !ours || *text != *ours) continue;
        const std::array<timespec, 2> times = {other.st_atim, other.st_mtim};
        if (::utimensat(fresh.fd(), name, times.data(), AT_SYMLINK_NOFOLLOW) != 0)
            return Error::os(errno, "set times", cat("/", path, "/", listed.name));
    }
    return {};
}

Result<void> take_info(const Names& own, const os::Dir& wanted, const os::Dir& target) {
    const auto there = TRY(directory_inside(target, info));
    std::size_t all = 0;
    for (const auto& listed : TRY(list_directory(there.fd(), info))) {
        if (!own.contains(owner_of(listed.name))) continue;
        const auto text = TRY(read_inside(there, listed.name, file_limit));
        if ((all += text.size()) > all_limit)
            return Error{Kind::invalid,
                         cat("'/", info, "' in the workload partition is too large")};
        struct stat found = {};
        if (::fstatat(there.fd(), listed.name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
            return Error::os(errno, "stat", cat("/", info, "/", listed.name));
        TRY(put(wanted, cat(info, "/", listed.name), text, found.st_mode & 0755));
    }
    return {};
}

// Those of own packages are brought from inside: another version may have other files.
Result<void> drop_info(const Names& whose, const os::Dir& wanted) {
    const auto folder = TRY(directory_inside(wanted, info));
    for (const auto& listed : TRY(list_directory(folder.fd(), info)))
        if (whose.contains(owner_of(listed.name))) TRY(folder.unlink(listed.name));
    return {};
}

// "/usr/share/icons gtk/noawait" in File, "ldconfig" has "libc-bin" alone.
bool is_of(std::string_view line, const Names& packages) {
    const auto parts = words(line);
    return !parts.empty() && packages.contains(parts.back().substr(0, parts.back().find('/')));
}

std::string only(std::string_view text, const Names& packages, bool theirs) {
    std::string kept;
    each_line(text, [&](std::string_view line) {
        if (is_of(line, packages) == theirs) kept += cat(line, "\n");
    });
    return kept;
}

// Interest in triggers is told by name, without the architecture or with it.
Names trigger_names(const Names& keys) {
    auto names = keys;
    for (const auto& key : keys) names.insert(key.substr(0, key.find(':')));
    return names;
}

Result<void> merge_triggers(const Names& own, const Names& whose, const os::Dir& wanted,
                            const os::Dir& target) {
    const auto fresh = TRY(directory_inside(wanted, triggers));
    const auto there = TRY(directory_inside(target, triggers));
    Names files;
    for (const auto& listed : TRY(list_directory(fresh.fd(), triggers))) files.insert(listed.name);
    for (const auto& listed : TRY(list_directory(there.fd(), triggers))) files.insert(listed.name);
    for (const auto& name : files) {
        if (name == "Lock" || name == "Unincorp") continue;
        const auto before = fresh.read(name, file_limit);
        const auto inside = read_inside(there, name, file_limit);
        const auto theirs = inside ? only(*inside, trigger_names(own), true) : std::string();
        const auto all =
            cat(before ? only(*before, trigger_names(whose), false) : std::string(), theirs);
        if (!all.empty()) TRY(put(wanted, cat(triggers, "/", name), all));
        if (all.empty() && before) TRY(fresh.unlink(name));
    }
    return {};
}

// Made over all packages, own ones too: the WPAR's is nearer to the truth.
Result<void> keep_caches(const os::Dir& wanted, const os::Dir& target) {
    std::vector<std::string> caches = {"etc/ld.so.cache"};
    for (const auto* kind : {"boot", "start", "stop"})
        caches.push_back(cat("etc/init.d/.depend.", kind));
    for (const auto& path : caches) {
        const auto there = read_inside(target, path, file_limit);
        if (there && wanted.has(path)) TRY(put(wanted, path, *there));
    }
    return {};
}

// dpkg's lists say /lib where that is a link.
std::string real_path(std::string_view listed) {
    const auto path = listed.substr(listed.starts_with('/') ? 1 : 0);
    for (const std::string_view merged : {"bin/", "sbin/", "lib/", "lib32/", "lib64/", "libx32/"})
        if (path.starts_with(merged)) return cat("usr/", path);
    return std::string(path);
}

void add_lists(const os::Dir& tree, const std::vector<std::string>& keys,
               std::set<std::string>& paths) {
    for (const auto& key : keys) {
        const auto list = read_inside(tree, cat(info, "/", key, ".list"), file_limit);
        if (list) each_line(*list, [&](std::string_view line) { paths.insert(real_path(line)); });
    }
}

// In dpkg's own order, when nothing else is different.
Result<void> bring_status(const PackageMerge& merge, const os::Dir& wanted, const os::Dir& target) {
    const auto text = TRY(read_inside(target, "var/lib/dpkg/status", status_limit));
    const auto merged = status_text(merge.status);
    const bool same = status_text(parse_status(text)) == merged;
    if (!same && merge.is_plain()) return {};
    return put(wanted, "var/lib/dpkg/status", same ? text : merged);
}

Result<void> bring_own(const PackageMerge& merge, const os::Dir& wanted, const os::Dir& target) {
    const auto own = names_of(merge.own);
    auto whose = own;
    whose.insert(merge.gone.begin(), merge.gone.end());
    TRY(drop_info(whose, wanted));
    auto known_inside = whose;  // of one that was removed but not purged something is left
    known_inside.insert(merge.left.begin(), merge.left.end());
    TRY(take_info(known_inside, wanted, target));
    TRY(merge_triggers(own, whose, wanted, target));
    return keep_caches(wanted, target);
}

}  // namespace

Result<Status> read_status(const os::Dir& tree) {
    return parse_status(TRY(tree.read("var/lib/dpkg/status", status_limit)));
}

Result<Status> status_inside(const os::Dir& target) {
    return parse_status(TRY(read_inside(target, "var/lib/dpkg/status", status_limit)));
}

Result<void> keep_own_packages(const PackageMerge& merge, const os::Dir& wanted,
                               const os::Dir& target) {
    if (!merge.is_plain()) TRY(bring_own(merge, wanted, target));
    TRY(bring_status(merge, wanted, target));
    for (const auto* path : {"var/lib/dpkg", info, triggers}) TRY(take_times(wanted, target, path));
    return {};
}

std::set<std::string> own_paths(const PackageMerge& merge, const os::Dir& source,
                                const os::Dir& target) {
    std::set<std::string> paths;
    add_lists(target, merge.own, paths);
    add_lists(source, merge.own, paths);
    add_lists(source, merge.gone, paths);
    return paths;
}

}  // namespace rootpart
