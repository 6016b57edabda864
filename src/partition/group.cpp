#include "partition/group.h"

#include <unistd.h>

#include "cgroup/memory_events.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/wishes.h"

namespace partition {
namespace {

// After a reboot from inside, the keeper's scope goes on.
bool are_inside(const std::string& scope) {
    const auto own = os::read_file("/proc/self/cgroup");
    return own && own->find(cat("0::/", scope, "/")) != std::string::npos;
}

Result<std::optional<systemd::Scope>> make_scope(const spec::Definition& definition,
                                                 const Observer& observer) {
    const auto& name = definition.name();
    const auto unit = cgroup::scope_unit(name);
    if (!systemd::is_running() || are_inside(cat(cgroup::slice_unit, "/", unit)))
        return std::optional<systemd::Scope>();
    auto scope = systemd::Scope::make(
        {unit, std::string(cgroup::slice_unit), cat("Workload partition ", name)});
    if (scope) return std::optional<systemd::Scope>(*std::move(scope));
    TRY(os::heed_interrupt());  // it may be the reason
    if (scope.error().kind == Kind::interrupted) return scope.error();
    observer.tell_warning(cat("no unit for workload partition ", name,
                              ", it gets a cgroup beside systemd's: ", scope.error().shown()));
    return std::optional<systemd::Scope>();
}

std::string property_of(std::string_view file) {
    if (file == "cpu.weight") return "CPUWeight";
    return file == "memory.min" ? "MemoryMin" : "MemoryLow";
}

}  // namespace

Result<Grouped> make_group(const spec::Definition& definition, const Observer& observer) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    const auto& name = definition.name();
    auto scope = TRY(make_scope(definition, observer));
    if (scope) TRY(cgroup::join_keeper(*host, name, scope->sleeper()));
    const auto id = definition.system() ? definition.general.idbase : 0;
    auto group = TRY(cgroup::Group::create(*host, name, {id, id}));
    // what it uses, and whom the kernel kills for it, is to be known without any limit as well
    if (definition.system()) (void)cgroup::account_memory(*host, name);
    if (limits_anything(definition.resources)) {
        const auto members = TRY(active_members());
        TRY(group
                .apply(TRY(limits(definition.resources)), neighbours_of(name, members),
                       systemd_owner())
                .within("-R"));
    }
    return Grouped{std::move(group), std::move(scope)};
}

Result<cgroup::Group> open_group(const std::string& name) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    return cgroup::Group::open(*host, name);
}

Result<void> join_keeper(const std::string& name) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    return cgroup::join_keeper(*host, name, ::getpid());
}

cgroup::AskOwner systemd_owner() {
    return [](const std::string& unit, const std::vector<cgroup::Setting>& settings) {
        std::vector<systemd::Property> properties;
        properties.reserve(settings.size());
        for (const auto& setting : settings)
            properties.push_back(
                {property_of(setting.file), setting.value == "max" ? "infinity" : setting.value});
        return systemd::set_properties(unit, properties);
    };
}

}  // namespace partition
