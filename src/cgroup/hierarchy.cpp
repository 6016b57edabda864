#include "cgroup/hierarchy.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "cgroup/mounts.h"
#include "os/dir.h"

namespace cgroup {
namespace {

constexpr std::string_view usual_top = "/sys/fs/cgroup";

bool has_type(const std::string& path, long magic) {
    struct statfs found = {};
    return ::statfs(path.c_str(), &found) == 0 && found.f_type == magic;
}

// Asking the usual places costs microseconds; a mount table may have ten thousand lines.
Mounts usual_mounts() {
    Mounts mounts;
    for (const auto& place : {std::string(usual_top), cat(usual_top, "/unified")})
        if (mounts.v2.empty() && has_type(place, CGROUP2_SUPER_MAGIC)) mounts.v2 = place;
    if (mounts.v2 == usual_top) return mounts;
    for (const auto controller : controllers) {
        const auto place = cat(usual_top, "/", name_of(controller));
        if (has_type(place, CGROUP_SUPER_MAGIC)) mounts.at(controller) = place;
    }
    return mounts;
}

// Only a group that is not the machine's real root has a type.
bool is_real_root(const std::string& group) { return !os::exists(cat(group, "/cgroup.type")); }

// "8:pids:/": whether a v1 hierarchy has the controller, although it is not mounted here.
bool attached_to_v1(Controller controller) {
    const auto own = os::read_file("/proc/self/cgroup");
    if (!own) return false;
    for (const auto& line : split(*own, '\n')) {
        const auto fields = split(line, ':');
        if (fields.size() < 3) continue;
        for (const auto& name : split(fields[1], ','))
            if (name == name_of(controller)) return true;
    }
    return false;
}

std::vector<std::string> groups_in(const std::string& base) {
    std::vector<std::string> names;
    const auto dir = os::Dir::open(base);
    if (!dir) return names;  // no WPAR has a group in this hierarchy
    const auto entries = dir->entries();
    if (!entries) return names;  // removed meanwhile
    for (const auto& name : *entries) {
        if (name.find('.') != std::string::npos) continue;  // a control file: no WPAR has a dot
        const auto found = dir->stat(name);
        if (found && S_ISDIR(found->st_mode)) names.push_back(name);
    }
    return names;
}

constexpr std::string_view scope_prefix = "wpar-";
constexpr std::string_view scope_suffix = ".scope";
constexpr std::string_view limits_name = "limits";

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

std::optional<char> hex_byte(std::string_view digits) {
    unsigned value = 0;
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value, 16);
    if (digits.size() != 2 || read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return static_cast<char>(value);
}

// The reverse of scope_unit(); nothing for a unit that is no WPAR's.
std::optional<std::string> name_in(std::string_view unit) {
    if (!unit.starts_with(scope_prefix) || !unit.ends_with(scope_suffix)) return std::nullopt;
    unit.remove_prefix(scope_prefix.size());
    unit.remove_suffix(scope_suffix.size());
    std::string name;
    while (!unit.empty()) {
        const bool escaped = unit.starts_with("\\x");
        const auto byte = escaped ? hex_byte(unit.substr(2, 2)) : unit.front();
        if (!byte) return std::nullopt;
        name += *byte;
        unit.remove_prefix(escaped ? 4 : 1);
    }
    return name;
}

}  // namespace

Result<Hierarchy> Hierarchy::from(const Mounts& mounts, std::string base) {
    if (mounts.v2.empty())
        return Error{Kind::unsupported,
                     "no cgroup v2 tree is mounted; mount one: mkdir -p /sys/fs/cgroup/unified && "
                     "mount -t cgroup2 none /sys/fs/cgroup/unified"}
            .explained_by(checks::cgroup);
    Hierarchy found;
    found.v2_ = mounts.v2;
    found.v1_ = mounts.v1;
    found.base_ = std::move(base);
    const auto text = TRY(os::read_file(cat(found.v2_, "/cgroup.controllers")));
    const auto in_v2 = words(text);
    for (const auto controller : controllers) {
        auto& version = found.support_.versions[static_cast<std::size_t>(controller)];
        if (!found.v1(controller).empty())
            version = Version::v1;
        else if (std::find(in_v2.begin(), in_v2.end(), name_of(controller)) != in_v2.end())
            version = Version::v2;
    }
    return found;
}

Result<Hierarchy> Hierarchy::detect(std::string base) {
    auto mounts = usual_mounts();
    if (!mounts.v2.empty()) return from(mounts, std::move(base));
    constexpr std::size_t largest_table = 64 << 20;
    return from_mounts(TRY(os::read_file("/proc/self/mountinfo", largest_table)), std::move(base));
}

Result<Hierarchy> Hierarchy::from_mounts(std::string_view mountinfo, std::string base) {
    return from(parse_mounts(mountinfo), std::move(base));
}

const Result<Hierarchy>& Hierarchy::host() {
    static const auto found = detect();
    return found;
}

std::vector<std::string> Hierarchy::v1_bases() const {
    std::vector<std::string> bases;
    for (const auto& top : v1_) {
        auto place = cat(top, "/", base_);
        if (!top.empty() && std::find(bases.begin(), bases.end(), place) == bases.end())
            bases.push_back(std::move(place));
    }
    return bases;
}

Result<void> Hierarchy::require(Controller controller) const {
    if (version(controller) != Version::none) return {};
    const auto name = name_of(controller);
    const auto missing = cat("cgroup controller '", name, "' is missing: ");
    if (attached_to_v1(controller))
        return Error{Kind::unsupported,
                     cat(missing,
                         "it is attached to a v1 hierarchy that is not mounted here; mount it: "
                         "mkdir -p /sys/fs/cgroup/",
                         name, " && mount -t cgroup -o ", name, " none /sys/fs/cgroup/", name)}
            .explained_by(checks::cgroup);
    if (!is_real_root(v2_))
        return Error{
            Kind::unsupported,
            cat(missing, "the container around us does not hand it on; there, write '+", name,
                "' to cgroup.subtree_control of the group above (systemd: Delegate=yes)")}
            .explained_by(checks::cgroup);
    return Error{Kind::unsupported,
                 cat(missing, "the kernel was built without it or booted with cgroup_disable=",
                     name, "; boot without that, or with cgroup_enable=", name)}
        .explained_by(checks::cgroup);
}

std::string Hierarchy::describe() const {
    std::array<std::vector<std::string>, 3> names;
    for (const auto controller : controllers)
        names[static_cast<std::size_t>(version(controller))].emplace_back(name_of(controller));
    const auto part = [&](std::string_view label, Version version) {
        const auto& list = names[static_cast<std::size_t>(version)];
        return list.empty() ? std::string() : cat("; ", label, ": ", join(list, " "));
    };
    return cat("cgroup v2 at ", v2_, part("v2", Version::v2), part("v1", Version::v1),
               part("missing", Version::none));
}

std::string scope_unit(std::string_view name) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string unit(scope_prefix);
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_plain(c))
            unit += c;
        else
            unit += cat("\\x", digits[byte >> 4], digits[byte & 15]);
    }
    return unit += scope_suffix;
}

std::vector<std::string> Hierarchy::scopes() const {
    const auto slice = cat(v2_, "/", slice_unit);
    std::vector<std::string> found;
    const auto dir = os::Dir::open(slice);
    if (!dir) return found;  // no WPAR has a scope
    const auto entries = dir->entries();
    if (!entries) return found;  // removed meanwhile
    for (const auto& unit : *entries)
        if (name_in(unit)) found.push_back(cat(slice, "/", unit));
    return found;
}

std::string Hierarchy::v2_above(std::string_view name) const {
    auto scope = v2_scope(name);
    return os::exists(scope) ? scope : v2_base();
}

std::string Hierarchy::v2_group(std::string_view name) const {
    const auto scope = v2_scope(name);
    return os::exists(scope) ? cat(scope, "/", limits_name) : cat(v2_base(), "/", name);
}

std::vector<std::string> Hierarchy::list() const {
    std::set<std::string> names;
    for (const auto& scope : scopes()) {
        auto name = name_in(std::string_view(scope).substr(scope.rfind('/') + 1));
        // without limits it is the shell of one that is on its way out
        if (name && os::exists(cat(scope, "/", limits_name))) names.insert(*std::move(name));
    }
    auto bases = v1_bases();
    bases.push_back(v2_base());
    for (const auto& base : bases)
        for (auto& name : groups_in(base)) names.insert(std::move(name));
    return {names.begin(), names.end()};
}

}  // namespace cgroup
