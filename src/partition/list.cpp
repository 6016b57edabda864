#include "partition/list.h"

#include <algorithm>

#include "cgroup/group.h"
#include "cgroup/memory_events.h"
#include "cgroup/pressure.h"
#include "filesystem/file_system.h"
#include "filesystem/loop.h"
#include "network/address.h"
#include "partition/blockers_now.h"
#include "partition/start_plan.h"
#include "partition/state.h"
#include "partition/storage.h"
#include "partition/unrecorded.h"
#include "registry/journal.h"
#include "registry/store.h"
#include "spec/check.h"
#include "spec/file.h"
#include "spec/generation.h"

namespace partition {
namespace {

using registry::Listed;

// AIX's list of what a WPAR always has, in Linux names.
constexpr std::string_view pseudo_devices[] = {"/dev/console", "/dev/full",   "/dev/null",
                                               "/dev/ptmx",    "/dev/random", "/dev/tty",
                                               "/dev/urandom", "/dev/zero"};

bool is_active(const Listed& wpar) {
    using registry::State;
    return wpar.status.state == State::active || wpar.status.state == State::frozen ||
           wpar.status.state == State::paused || registry::alive(wpar.name()).init;
}

void add_addresses(Listed& wpar) {
    for (const auto& wanted : wpar.definition.networks) {
        const bool four = !wanted.address.empty();
        Listed::Address shown;
        shown.interface = wanted.interface;
        shown.address = four ? wanted.address : wanted.address6;
        shown.mask_prefix = four ? wanted.netmask : wanted.prefixlen;
        shown.broadcast = wanted.broadcast;
        const auto ip = network::parse_ip(shown.address);
        const auto prefix = network::parse_netmask(shown.mask_prefix, AF_INET);
        if (four && shown.broadcast.empty() && ip && prefix)
            shown.broadcast = network::last_of(*ip, *prefix).text();
        wpar.addresses.push_back(std::move(shown));
    }
}

std::string device_of(const Listed& wpar, const filesystem::FileSystem& one) {
    const auto disk = filesystem::disk_of(one);
    if (!disk) return one.device.empty() ? global_path(wpar.definition, one.directory) : one.device;
    const auto loops = filesystem::list_loops(filesystem::backing(*disk));
    return loops && !loops->empty() ? loops->front() : filesystem::backing(*disk);
}

void add_file_systems(Listed& wpar) {
    const auto wanted = file_systems(wpar.definition);
    for (const auto& mount : wpar.definition.mounts) {
        Listed::FileSystem shown;
        shown.mountpoint = global_path(wpar.definition, mount.directory);
        shown.vfs = mount.vfs;
        shown.nodename = mount.host;
        shown.options = mount.mountopts;
        if (mount.directory == "/proc") {
            shown.device = "/proc";
            shown.options = "rw";
        }
        for (const auto& one : wanted ? *wanted : std::vector<filesystem::FileSystem>{})
            if (one.directory == mount.directory) shown.device = device_of(wpar, one);
        if (spec::names_generation(mount.dev)) shown.device = mount.dev;
        wpar.file_systems.push_back(std::move(shown));
    }
}

void add_devices(Listed& wpar) {
    if (!wpar.definition.system()) return;
    const std::string status = is_active(wpar) ? "EXPORTED" : "";
    for (const auto device : pseudo_devices) {
        Listed::Device shown;
        shown.devname = device;
        shown.devtype = "pseudo";
        shown.rootvg = "no";
        shown.devstatus = status;
        wpar.devices.push_back(std::move(shown));
    }
}

std::optional<Listed::Stall> shown(const std::optional<cgroup::Pressure::Stall>& stall) {
    if (!stall) return std::nullopt;
    return Listed::Stall{stall->avg10, stall->avg60, stall->avg300, stall->total_microseconds};
}

void add_pressure(Listed& wpar, const cgroup::Hierarchy& host) {
    for (const auto* resource : {"cpu", "memory", "io"}) {
        const auto found = cgroup::pressure_of(host, wpar.name(), resource);
        if (found)
            wpar.pressure.push_back({resource, shown(found->some), shown(found->full)});
        else
            wpar.no_pressure = found.error().text;
    }
}

void add_usage(Listed& wpar) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host || !is_active(wpar)) return;
    const auto group = cgroup::Group::open(*host, wpar.name());
    const auto usage = group ? group->usage() : group.error();
    if (!usage) return;
    wpar.usage =
        Listed::Usage{usage->memory_bytes,     usage->memory_peak_bytes,      usage->swap_bytes,
                      usage->cpu_microseconds, usage->throttled_microseconds, usage->threads,
                      usage->threads_peak,     usage->refused_forks};
    if (const auto events = cgroup::memory_events(*host, wpar.name()))
        wpar.memory_events = Listed::MemoryEvents{events->low, events->high, events->max,
                                                  events->oom, events->oom_kill};
    add_pressure(wpar, *host);
}

void add_blockers(Listed& wpar) {
    if (!is_active(wpar)) return;
    const auto found = blockers_now(wpar.name());
    auto& told = wpar.blockers.emplace();
    if (!found) {
        told.push_back({.what = found.error().text});
        return;
    }
    for (const auto& one : *found)
        told.push_back({static_cast<std::uint64_t>(one.pid),
                        static_cast<std::uint64_t>(one.inner_pid), one.command, one.what,
                        one.remedy, one.passing});
}

void add_details(Listed& wpar) {
    add_addresses(wpar);
    add_file_systems(wpar);
    add_devices(wpar);
    if (const auto privileges = privileges_of(wpar.definition.security);
        privileges && wpar.definition.system())
        wpar.privileges = *privileges;
}

// A WPAR that is being made has no definition yet: its maker's lock tells.
std::optional<Listed> in_the_making(const std::string& name) {
    auto operation = registry::holder(name);
    if (!operation || operation->definition.empty()) return std::nullopt;
    auto definition = spec::parse(operation->definition, name);
    if (!definition) return std::nullopt;
    Listed wpar;
    wpar.definition = std::move(*definition);
    wpar.status.state = registry::State::transitional;
    wpar.status.operation = std::move(operation);
    return wpar;
}

// Without a definition, and recovery could not remove it: rmwpar -F can.
std::optional<Listed> left_over(const std::string& name) {
    auto reason = registry::broken_reason(name);
    if (!reason) return std::nullopt;
    Listed wpar;
    wpar.definition.general.name = name;
    wpar.status = {registry::State::broken, *std::move(reason), {}};
    return wpar;
}

std::optional<Listed> look(const std::string& name, const ListCall& call) {
    if (!registry::defined(name)) {
        auto half_made = in_the_making(name);
        return half_made ? std::move(half_made) : left_over(name);
    }
    Listed wpar;
    auto definition = call.general_only ? registry::load_general(name) : registry::load(name);
    if (!definition && definition.error().kind == Kind::missing) return std::nullopt;
    if (definition)
        wpar.definition = std::move(*definition);
    else
        wpar.problem = definition.error();
    wpar.definition.general.name = name;
    wpar.status = status_of(name);
    if (wpar.problem && wpar.status.state == registry::State::defined)
        wpar.status = {registry::State::broken, wpar.problem->text, {}};
    if (wpar.status.state == registry::State::defined && runs_unrecorded(name))
        wpar.status = {registry::State::broken, unrecorded_reason(name), {}};
    // what a killed wparexec left is no WPAR any more
    if (!wpar.definition.system() && wpar.status.state == registry::State::defined &&
        !registry::is_persistent(name))
        return std::nullopt;
    if (call.details && !wpar.problem) add_details(wpar);
    if (call.usage) add_usage(wpar);
    if (call.blockers) add_blockers(wpar);
    return wpar;
}

Result<std::vector<std::string>> all_names() {
    auto names = TRY(registry::names());
    for (auto& name : TRY(registry::held_locks())) names.push_back(std::move(name));
    for (auto& name : registry::journal_names()) names.push_back(std::move(name));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace

Result<std::vector<Listed>> list(const ListCall& call) {
    auto names = call.names.empty() ? TRY(all_names()) : call.names;
    std::vector<Listed> found;
    for (const auto& name : names) {
        if (!spec::check_name(name)) continue;
        if (auto wpar = look(name, call)) found.push_back(std::move(*wpar));
    }
    return found;
}

}  // namespace partition
