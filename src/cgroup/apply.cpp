#include <algorithm>
#include <cerrno>

#include "cgroup/controllers.h"
#include "cgroup/cpu_list.h"
#include "cgroup/group.h"
#include "cgroup/make_room.h"
#include "cgroup/tree.h"

namespace cgroup {
namespace {

// A percentage is of what the top of the tree may use: in a container with a cpuset that is not the
// whole machine.
Result<Machine> machine_of(const Hierarchy& hierarchy) {
    auto machine = TRY(Machine::detect());
    const bool v1 = hierarchy.version(Controller::cpuset) == Version::v1;
    const auto usable = os::read_file(v1 ? cat(hierarchy.v1(Controller::cpuset), "/cpuset.cpus")
                                         : cat(hierarchy.v2(), "/cpuset.cpus.effective"));
    if (!usable || trim(*usable).empty()) return machine;  // no cpuset here: all that are online
    machine.cpu_list = trim(*usable);
    machine.cpus = static_cast<std::uint32_t>(TRY(parse_cpu_list(machine.cpu_list)).size());
    return machine;
}

Error explain(const Error& error, const Setting& setting) {
    if (setting.controller == Controller::memory && error.os_number == EBUSY)
        return {Kind::busy,
                cat("more memory is in use now than the new limit allows: ", error.text),
                error.os_number};
    if (error.kind == Kind::missing)
        return {Kind::unsupported, cat("this kernel has no '", setting.file, "': ", error.text),
                error.os_number};
    return error;
}

Result<void> put(const std::string& group, const Setting& setting) {
    if (setting.file == "memory.max" && setting.limits)
        TRY(make_room(group, to_number(setting.value).value_or(0)));
    const auto file = cat(group, "/", setting.file);
    const auto written = os::write_existing(file, cat(setting.value, "\n"));
    if (written) return {};
    // a v2 set that has processes never becomes empty again: all that the group above has is as good
    if (setting.controller == Controller::cpuset && setting.value.empty() &&
        written.error().os_number == ENOSPC)
        return os::write_existing(file,
                                  TRY(os::read_file(cat(group, "/../cpuset.cpus.effective"))));
    // no file, nothing to take back
    const bool dispensable = !setting.limits || setting.optional;
    if (dispensable && written.error().kind == Kind::missing) return {};
    return explain(written.error(), setting);
}

// What counts among neighbours: where systemd owns the neighbours' common group, it has to hold in the scope as well.
bool counts_above(const Setting& setting) {
    return setting.file == "cpu.weight" || setting.file == "memory.min" ||
           setting.file == "memory.low";
}

// Systemd is asked only for what is not so already: that costs milliseconds.
Result<void> ask_for(const AskOwner& ask, const std::string& group,
                     const std::vector<Setting>& settings) {
    std::vector<Setting> changed;
    for (const auto& setting : settings) {
        const auto present = os::read_file(cat(group, "/", setting.file));
        if (!present && !setting.limits) continue;  // no controller, nothing to take back
        if (!present || trim(*present) != setting.value) changed.push_back(setting);
    }
    if (changed.empty() || !ask) return {};
    return ask(group.substr(group.rfind('/') + 1), changed);
}

Result<void> put_above(const Hierarchy& hierarchy, const std::string& name, const Plan& made,
                       const AskOwner& ask) {
    std::vector<Setting> of_slice;
    std::vector<Setting> of_scope;
    const bool owned = hierarchy.v2_above(name) == hierarchy.v2_scope(name);
    for (const auto& setting : made.base) {
        if (owned && hierarchy.version(setting.controller) != Version::v1)
            of_slice.push_back(setting);
        else
            TRY(put(base_of(hierarchy, setting.controller), setting));
    }
    if (!owned) return {};
    for (const auto& setting : made.group)
        if (counts_above(setting)) of_scope.push_back(setting);
    TRY(ask_for(ask, cat(hierarchy.v2(), "/", slice_unit), of_slice));
    return ask_for(ask, hierarchy.v2_scope(name), of_scope);
}

// Every process of the WPAR, also those that are forked while we move: until a round finds none
// outside.
Result<void> move_all(const os::Dir& from, const std::string& to) {
    constexpr int rounds = 1000;
    for (int round = 0; round < rounds; ++round) {
        const auto joined_group = TRY(os::Dir::open(to));
        const auto inside = TRY(processes_of(joined_group));
        bool moved = false;
        for (const auto pid : TRY(processes_of(from))) {
            if (std::binary_search(inside.begin(), inside.end(), pid)) continue;
            auto joined = os::write_existing(cat(to, "/cgroup.procs"), cat(pid, "\n"));
            if (!joined && joined.error().os_number != ESRCH) return joined;
            moved = moved || joined;
        }
        if (!moved) return {};
    }
    return Error{Kind::busy,
                 cat("processes are forked faster than they can be moved to '", to, "'")};
}

Result<void> apply_with(const Hierarchy& hierarchy, const Member& member,
                        const Neighbours& neighbours, const Machine& machine, const os::Dir& limits,
                        const AskOwner& ask) {
    const auto made = TRY(plan(member.limits, neighbours, machine, hierarchy.support()));
    for (const auto controller : controllers)
        if (made.needs(controller)) TRY(hierarchy.require(controller));
    for (const auto controller : controllers)
        if (made.needs(controller)) TRY(ready(hierarchy, controller, member.name));
    TRY(put_above(hierarchy, member.name, made, ask));
    for (const auto& setting : made.group)
        TRY(put(group_of(hierarchy, setting.controller, member.name), setting));
    for (const auto controller : controllers)
        if (made.needs(controller) && hierarchy.version(controller) == Version::v1)
            TRY(move_all(limits, group_of(hierarchy, controller, member.name)));
    return {};
}

// Whether memory is kept for the WPARs together; never on v1, which cannot.
bool guarantees(const Hierarchy& hierarchy) {
    for (const auto& above : {hierarchy.v2_base(), cat(hierarchy.v2(), "/", slice_unit)})
        for (const auto* file : {"/memory.min", "/memory.low"}) {
            const auto kept = os::read_file(cat(above, file));
            if (kept && trim(*kept) != "0" && !trim(*kept).empty()) return true;
        }
    return false;
}

bool divides(const Limits& limits) {
    return limits.active &&
           (limits.cpu_shares || limits.memory_shares || limits.cpu || limits.memory);
}

}  // namespace

Result<void> check(const Hierarchy& hierarchy, const Limits& limits) {
    const auto machine = TRY(machine_of(hierarchy));
    const auto made = TRY(plan(limits, {}, machine, hierarchy.support()));
    for (const auto controller : controllers)
        if (made.needs(controller)) TRY(hierarchy.require(controller));
    return {};
}

Result<void> Group::apply(const Limits& limits, const Neighbours& neighbours, const AskOwner& ask) {
    const auto machine = TRY(machine_of(*hierarchy_));
    return apply_with(*hierarchy_, {name_, limits}, neighbours, machine, limits_, ask);
}

// Whoever has a share of the processors needed the controller, and made it ready. Memory is accounted for all in v2, but
// only shares and minima are kept for the group above.
bool divided(const Hierarchy& hierarchy) {
    if (is_ready(hierarchy, Controller::cpu)) return true;
    if (hierarchy.version(Controller::memory) == Version::v1)
        return is_ready(hierarchy, Controller::memory);
    return guarantees(hierarchy);
}

Result<void> rebalance(const Hierarchy& hierarchy, const std::vector<Member>& active,
                       const AskOwner& ask) {
    const auto matters = [](const Member& member) { return divides(member.limits); };
    // what the last one that mattered was guaranteed is taken back
    if (std::none_of(active.begin(), active.end(), matters) && !guarantees(hierarchy)) return {};
    const auto machine = TRY(machine_of(hierarchy));
    Neighbours others;
    for (std::size_t i = 1; i < active.size(); ++i) others.others.push_back(active[i].limits);
    Result<void> first;
    for (std::size_t i = 0; i < active.size(); ++i) {
        const auto group = os::Dir::open(hierarchy.v2_group(active[i].name));
        if (group) {
            auto applied = apply_with(hierarchy, active[i], others, machine, *group, ask);
            if (!applied && first) first = std::move(applied).within(active[i].name);
        } else if (group.error().kind != Kind::missing && first) {
            first = group.error();
        }
        if (i + 1 < active.size()) others.others[i] = active[i].limits;  // was that of the next one
    }
    return first;
}

}  // namespace cgroup
