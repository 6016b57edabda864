#include "launch/movable_tree.h"

#include <fcntl.h>
#include <sys/mount.h>

#include <algorithm>
#include <array>
#include <set>

#include "launch/tree.h"
#include "os/mount.h"
#include "os/superblock.h"

namespace launch {
namespace {

// Made for this one anew, or of no use in it.
constexpr std::array never_shared = {"/dev", "/proc", "/sys", "/run"};
constexpr std::array passing_types = {"autofs",          "nsfs",       "overlay", "ramfs",
                                      "fuse.gvfsd-fuse", "fuse.portal"};

bool is_passing(const os::MountEntry& mount) {
    return std::find(passing_types.begin(), passing_types.end(), mount.type) != passing_types.end();
}

bool lies_strictly_below(const std::string& point, const std::string& above) {
    return point != above && os::is_below(point, above);
}

bool is_shared(const os::MountEntry& mount, const std::vector<std::string>& left_out) {
    const auto& point = mount.point;
    if (point == "/" || is_passing(mount)) return false;
    if (point == "/run") return true;
    for (const auto* place : never_shared)
        if (os::is_below(point, place)) return false;
    return std::none_of(left_out.begin(), left_out.end(),
                        [&](const auto& above) { return lies_strictly_below(point, above); });
}

// What a mount below a passing one is attached to would not be there.
bool has_its_place(const std::string& point, const std::vector<os::MountEntry>& table) {
    return std::none_of(table.begin(), table.end(), [&](const os::MountEntry& one) {
        return is_passing(one) && one.point != "/" && lies_strictly_below(point, one.point);
    });
}

// A mount of the plan's hides what is mounted below its place.
bool is_hidden(const Plan& plan, const std::string& point) {
    return std::any_of(plan.mounts.begin(), plan.mounts.end(),
                       [&](const Mount& one) { return os::is_below(point, one.target); });
}

// A server that lets not even root in, and a place that is gone by now.
bool is_out_of_reach(const Error& error) {
    return error.kind == Kind::missing || error.kind == Kind::denied;
}

Result<std::vector<Made>> make_all(const Plan& plan) {
    std::vector<Made> all;
    for (const auto& point : shared_mounts(TRY(os::mount_table()), plan.left_out)) {
        if (is_hidden(plan, point)) continue;
        auto copy = clone_shared_mount(point);
        if (!copy && is_out_of_reach(copy.error())) continue;
        if (!copy) return copy.error();
        all.push_back({point, *std::move(copy)});
    }
    for (const auto& mount : plan.mounts) all.push_back(TRY(make(mount, {})));
    std::stable_sort(all.begin(), all.end(),
                     [](const Made& one, const Made& other) { return one.target < other.target; });
    return all;
}

}  // namespace

std::vector<std::string> shared_mounts(const std::vector<os::MountEntry>& table,
                                       const std::vector<std::string>& left_out) {
    std::set<std::string> points;  // the order of their names is outer ones first
    for (const auto& mount : table)
        if (is_shared(mount, left_out) && has_its_place(mount.point, table))
            points.insert(mount.point);
    return {points.begin(), points.end()};
}

Result<UniqueFd> clone_shared_mount(const std::string& point) {
    auto copy = TRY(os::clone_mount(point));
    TRY(os::change_mount(copy.get(), {.set = MOUNT_ATTR_NODEV, .propagation = MS_PRIVATE}, point));
    return copy;
}

Result<void> enter_movable_tree(const Plan& plan) {
    TRY(os::change_mount("/", {.propagation = MS_PRIVATE, .recursive = true}));
    const auto made = TRY(make_all(plan));
    auto root = TRY(clone_shared_mount("/"));
    // any place will do: nobody else sees it, and the old tree goes away
    TRY(os::attach_mount(root.get(), TRY(os::Dir::open("/proc")).fd(), "/"));
    UniqueFd copy(::fcntl(root.get(), F_DUPFD_CLOEXEC, 3));
    const os::Dir top(std::move(copy), "/");
    for (const auto& one : made) TRY(attach({.root = top, .storage = top}, one));
    return os::pivot_into(root.get());
}

}  // namespace launch
