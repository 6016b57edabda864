#include "cgroup/hierarchy.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
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

}  // namespace

Result<Hierarchy> Hierarchy::from(const Mounts& mounts, std::string base) {
    if (mounts.v2.empty())
        return Error{Kind::unsupported,
                     "no cgroup v2 tree is mounted; mount one: mkdir -p /sys/fs/cgroup/unified && "
                     "mount -t cgroup2 none /sys/fs/cgroup/unified"};
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
                         name, " && mount -t cgroup -o ", name, " none /sys/fs/cgroup/", name)};
    if (!is_real_root(v2_))
        return Error{
            Kind::unsupported,
            cat(missing, "the container around us does not hand it on; there, write '+", name,
                "' to cgroup.subtree_control of the group above (systemd: Delegate=yes)")};
    return Error{Kind::unsupported,
                 cat(missing, "the kernel was built without it or booted with cgroup_disable=",
                     name, "; boot without that, or with cgroup_enable=", name)};
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

std::vector<std::string> Hierarchy::list() const {
    std::set<std::string> names;
    auto bases = v1_bases();
    bases.push_back(v2_base());
    for (const auto& base : bases)
        for (auto& name : groups_in(base)) names.insert(std::move(name));
    return {names.begin(), names.end()};
}

}  // namespace cgroup
