#include "cgroup/controllers.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "os/dir.h"

namespace cgroup {
namespace {

bool hands_on(const std::string& group, Controller controller) {
    const auto text = os::read_file(cat(group, "/cgroup.subtree_control"));
    if (!text) return false;  // nobody is there
    const auto present = words(*text);
    return std::find(present.begin(), present.end(), name_of(controller)) != present.end();
}

Result<void> hand_on(const std::string& group, std::string_view controller) {
    const auto file = cat(group, "/cgroup.subtree_control");
    const auto text = TRY(os::read_file(file));
    const auto present = words(text);
    if (std::find(present.begin(), present.end(), controller) != present.end()) return {};
    auto written = os::write_existing(file, cat("+", controller));
    if (written || written.error().kind != Kind::busy) return written;
    return Error{Kind::busy,
                 cat("cannot hand on the cgroup controller '", controller, "': '", group,
                     "' holds processes of its own, which cgroup v2 forbids then. Move them to a "
                     "group below it first (a container's init does: /init.scope): ",
                     written.error().text),
                 written.error().os_number}
        .explained_by(checks::cgroup);
}

Result<void> hand_on_from_top(const Hierarchy& hierarchy, std::string_view controller,
                              const std::string& name) {
    auto group = hierarchy.v2();
    TRY(hand_on(group, controller));
    const auto lowest = hierarchy.v2_above(name);
    for (const auto& part : split(std::string_view(lowest).substr(group.size() + 1), '/')) {
        group += cat("/", part);
        TRY(hand_on(group, controller));
    }
    return {};
}

// A v1 cpuset is born empty, and takes no process while it is.
Result<void> fill_cpuset(const std::string& above, const std::string& group) {
    for (const auto* file : {"cpuset.cpus", "cpuset.mems"}) {
        const auto present = TRY(os::read_file(cat(group, "/", file)));
        if (!trim(present).empty()) continue;
        const auto inherited = TRY(os::read_file(cat(above, "/", file)));
        TRY(os::write_existing(cat(group, "/", file), inherited));
    }
    return {};
}

Result<void> make_v1(const Hierarchy& hierarchy, Controller controller, const std::string& name) {
    auto parts = split(hierarchy.base(), '/');
    parts.push_back(name);
    auto group = hierarchy.v1(controller);
    for (const auto& part : parts) {
        const auto above = group;
        group += cat("/", part);
        if (::mkdir(group.c_str(), 0755) != 0 && errno != EEXIST)
            return Error::os(errno, "mkdir", group);
        if (controller == Controller::cpuset) TRY(fill_cpuset(above, group));
    }
    return {};
}

}  // namespace

std::string base_of(const Hierarchy& hierarchy, Controller controller) {
    const bool v1 = hierarchy.version(controller) == Version::v1;
    return v1 ? cat(hierarchy.v1(controller), "/", hierarchy.base()) : hierarchy.v2_base();
}

std::string group_of(const Hierarchy& hierarchy, Controller controller, const std::string& name) {
    const bool v1 = hierarchy.version(controller) == Version::v1;
    return v1 ? cat(base_of(hierarchy, controller), "/", name) : hierarchy.v2_group(name);
}

bool is_ready(const Hierarchy& hierarchy, Controller controller) {
    const auto base = base_of(hierarchy, controller);
    if (hierarchy.version(controller) == Version::v1) return os::exists(base);
    if (hands_on(base, controller)) return true;
    // systemd hands on everything to the scopes it delegates; what a scope hands on is ours
    for (const auto& scope : hierarchy.scopes())
        if (hands_on(scope, controller)) return true;
    return false;
}

Result<void> ready(const Hierarchy& hierarchy, Controller controller, const std::string& name) {
    if (hierarchy.version(controller) != Version::v1)
        return hand_on_from_top(hierarchy, name_of(controller), name);
    // while it is empty the group above may be removed by another WPAR's end
    constexpr int tries = 10;
    auto made = make_v1(hierarchy, controller, name);
    for (int i = 1; i < tries && !made && made.error().kind == Kind::missing; ++i)
        made = make_v1(hierarchy, controller, name);
    return made;
}

}  // namespace cgroup
