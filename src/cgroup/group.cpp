#include "cgroup/group.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "cgroup/events.h"
#include "cgroup/kill.h"
#include "cgroup/tree.h"
#include "os/process.h"

namespace cgroup {
namespace {

using std::chrono::milliseconds;

constexpr auto delegated_name = "wpar";
// a tree that root inside makes cannot grow deeper than we can walk and remove
constexpr auto deepest = "64\n";

Result<void> check_name(const std::string& name) {
    if (!name.empty() && name.find_first_of("./") == std::string::npos && !has_control(name))
        return {};
    return Error{Kind::invalid, cat("'", printable(name), "' cannot name a cgroup")};
}

// The group above may go at any moment while it is empty: another WPAR's end removes it.
Result<void> make_group(const std::string& base, const std::string& path) {
    for (int tries = 0;; ++tries) {
        auto made = os::make_dir(path, 0755);
        if (made || made.error().os_number != ENOENT || tries == 10) return made;
        TRY(os::make_dirs(base, 0755));
    }
}

Result<void> make_fresh(const Hierarchy& hierarchy, const std::string& name) {
    const auto path = hierarchy.v2_group(name);
    const auto above = hierarchy.v2_above(name);
    auto made = make_group(above, path);
    if (made || made.error().kind != Kind::exists) return made;
    const auto left = TRY(os::Dir::open(path));
    if (!TRY(wait_event(left, {"populated", 0}, milliseconds(0)))) return busy_with(path);
    // an earlier life may have left groups and limits in it
    TRY(remove(hierarchy, name));
    return make_group(above, path);
}

Result<void> give(const os::Dir& group, Owner owner) {
    if (owner.uid == 0 && owner.gid == 0) return {};
    if (::fchown(group.fd(), owner.uid, owner.gid) != 0)
        return Error::os(errno, "chown", group.path());
    for (const auto* file : {"cgroup.procs", "cgroup.subtree_control", "cgroup.threads"})
        if (::fchownat(group.fd(), file, owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW) != 0 &&
            errno != ENOENT)
            return Error::os(errno, "chown", cat(group.path(), "/", file));
    return {};
}

}  // namespace

Result<Group> Group::create(const Hierarchy& hierarchy, const std::string& name, Owner owner) {
    TRY(check_name(name));
    TRY(make_fresh(hierarchy, name));
    auto group = [&]() -> Result<Group> {
        auto limits = TRY(os::Dir::open(hierarchy.v2_group(name)));
        const auto bounded = limits.write("cgroup.max.depth", deepest);
        if (!bounded && bounded.error().kind != Kind::missing) return bounded.error();
        TRY(limits.make_dir(delegated_name, 0755));
        auto delegated = TRY(limits.beneath(delegated_name));
        TRY(give(delegated, owner));
        return Group(hierarchy, name, std::move(limits), std::move(delegated));
    }();
    if (!group) (void)remove(hierarchy, name);  // the reason why it was not made is what matters
    return group;
}

Result<Group> Group::open(const Hierarchy& hierarchy, const std::string& name) {
    TRY(check_name(name));
    auto limits = TRY(os::Dir::open(hierarchy.v2_group(name)));
    auto delegated = TRY(limits.beneath(delegated_name));
    return Group(hierarchy, name, std::move(limits), std::move(delegated));
}

Result<void> Group::join_controllers(pid_t pid) const {
    for (const auto& base : hierarchy_->v1_bases()) {
        auto joined = os::write_existing(cat(base, "/", name_, "/cgroup.procs"), cat(pid, "\n"));
        // no such group: no limit needs this controller
        if (!joined && joined.error().os_number != ENOENT) return joined;
    }
    return {};
}

Result<void> Group::join(pid_t pid) const {
    TRY(delegated_.write("cgroup.procs", cat(pid, "\n")));
    return join_controllers(pid);
}

Result<void> join_keeper(const Hierarchy& hierarchy, const std::string& name, pid_t pid) {
    const auto scope = hierarchy.v2_scope(name);
    if (!os::exists(scope)) return {};
    const auto group = cat(scope, "/keeper");
    if (::mkdir(group.c_str(), 0755) != 0 && errno != EEXIST)
        return Error::os(errno, "mkdir", group);
    return os::write_existing(cat(group, "/cgroup.procs"), cat(pid, "\n"));
}

Result<bool> Group::populated() const {
    return !TRY(wait_event(limits_, {"populated", 0}, milliseconds(0)));
}

Result<std::vector<pid_t>> Group::processes() const { return processes_of(limits_); }

Result<void> Group::kill() const {
    auto killed = limits_.write("cgroup.kill", "1\n");
    if (killed || killed.error().kind != Kind::missing) return killed;
    if (!TRY(populated())) return {};
    return kill_one_by_one(limits_);
}

Result<bool> Group::wait_empty(milliseconds patience) const {
    return wait_event(limits_, {"populated", 0}, patience);
}

Result<bool> Group::freeze(milliseconds patience) const {
    TRY(limits_.write("cgroup.freeze", "1\n"));
    return wait_event(limits_, {"frozen", 1}, patience);
}

Result<void> Group::thaw() const { return limits_.write("cgroup.freeze", "0\n"); }

Result<bool> Group::frozen() const {
    return TRY(wait_event(limits_, {"frozen", 1}, milliseconds(0)));
}

// Asked of a thousand groups at a time: no error is worded, and nothing is looked for before it is opened.
bool is_frozen(const Hierarchy& hierarchy, const std::string& name) {
    for (const auto& group :
         {cat(hierarchy.v2_scope(name), "/limits"), cat(hierarchy.v2_base(), "/", name)}) {
        const UniqueFd file(::open(cat(group, "/cgroup.events").c_str(), O_RDONLY | O_CLOEXEC));
        if (!file) continue;
        char text[256];
        const auto got = ::read(file.get(), text, sizeof text);
        return got > 0 && value_of({text, static_cast<std::size_t>(got)}, "frozen") == 1U;
    }
    return false;
}

}  // namespace cgroup
