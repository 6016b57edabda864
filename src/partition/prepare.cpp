#include "partition/prepare.h"

#include <algorithm>
#include <iterator>

#include "filesystem/checks.h"
#include "network/names.h"
#include "os/dir.h"
#include "os/mount_table.h"
#include "partition/addresses.h"
#include "partition/kept.h"
#include "partition/script.h"
#include "partition/site_defaults.h"
#include "partition/storage.h"
#include "partition/wishes.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "security/privileges.h"
#include "spec/check.h"
#include "spec/defaults.h"
#include "spec/file.h"

namespace partition {
namespace {

Result<std::vector<std::string>> other_bases(const std::string& except) {
    std::vector<std::string> bases;
    for (const auto& name : TRY(registry::names())) {
        const auto definition = registry::load(name);
        if (definition && definition->system() && name != except)
            bases.push_back(definition->directory());
    }
    return bases;
}

// The doctor looks at the usual place; elsewhere it is the request that does not suit.
Error explained_here(const spec::Definition& definition, const Error& error,
                     std::string_view check) {
    return os::is_below(definition.directory(), registry::paths::base) ? error.explained_by(check)
                                                                       : error;
}

Result<void> check_base(const spec::Definition& definition) {
    const auto base = definition.directory();
    const auto others = TRY(other_bases(definition.name()));
    if (definition.general.preserve && !os::exists(base))
        return Error{Kind::missing, cat("there is nothing to preserve: '", base,
                                        "' does not exist; leave out -p to make new file systems")};
    const auto checked = definition.general.preserve ? filesystem::check_kept_base(base, others)
                                                     : filesystem::check_base(base, others);
    if (!checked && checked.error().kind == Kind::denied)
        return explained_here(definition, checked.error(), checks::permissions);
    TRY(checked);
    const auto idmap = filesystem::check_idmap(base);
    if (!idmap) return explained_here(definition, idmap.error(), checks::idmap);
    return {};
}

// What makes a place unfit, and not somebody else's, is for check_machine() to tell.
bool is_base_taken(const spec::Definition& definition) {
    const auto checked = check_base(definition);
    return !checked && (checked.error().kind == Kind::exists || checked.error().kind == Kind::busy);
}

Result<void> check_scripts(const spec::Definition& definition) {
    if (!definition.general.script.empty()) TRY(check_script(definition.general.script, "-u"));
    for (const auto& script : definition.general.postscripts) TRY(check_script(script, "-k"));
    return {};
}

Result<void> check_limits(const spec::Definition& definition) {
    const auto wanted = TRY(limits(definition.resources));
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    const auto members = TRY(active_members());
    const auto neighbours = neighbours_of(definition.name(), members);
    const auto made =
        cgroup::plan(wanted, neighbours, TRY(cgroup::Machine::detect()), host->support());
    if (!made) return made.error().within("-R");
    return {};
}

Result<void> check_network(const spec::Definition& definition,
                           Addresses addresses = Addresses::must_be_free) {
    const auto wish = TRY(network_wish(definition));
    TRY(network::check(network_site(), wish));
    TRY(check_addresses(definition, definition.name()));
    if (addresses == Addresses::come_along) return {};
    auto probe = TRY(network::DuplicateProbe::send(network_site(), wish));
    return probe.finish();
}

// By itself, whatever the others do. What is wrong otherwise is for check_network() to tell.
bool is_taken(const spec::Definition& definition, const spec::Network& network) {
    auto alone = definition;
    alone.networks = {network};
    alone.routes.clear();
    if (alone.general.key == 0) alone.general.key = network::largest_key;  // it has no number yet
    const auto checked = check_network(alone);
    return !checked && checked.error().kind == Kind::exists;
}

void leave_out_taken(spec::Definition& definition) {
    auto& networks = definition.networks;
    const auto taken = [&](const spec::Network& network) { return is_taken(definition, network); };
    std::vector<spec::Network> free;
    std::remove_copy_if(networks.begin(), networks.end(), std::back_inserter(free), taken);
    networks = std::move(free);
    if (networks.empty()) definition.routes.clear();  // no gateway could be reached
}

}  // namespace

Result<std::string> new_uuid() {
    const auto text = TRY(os::read_file("/proc/sys/kernel/random/uuid"));
    return std::string(trim(text));
}

Result<spec::Definition> prepare(spec::Definition definition) {
    TRY(spec::check_name(definition.name()));
    if (definition.general.uuid.empty()) definition.general.uuid = TRY(new_uuid());
    definition = with_site_defaults(std::move(definition), TRY(site_defaults()));
    definition = spec::with_default_mounts(std::move(definition));
    definition.general.privateusr = is_private(definition, "/usr");
    TRY(spec::check(definition, {.privileges = security::names()}));
    TRY(complete_networks(definition));
    TRY(spec::check(definition, {.privileges = security::names()}));
    return definition;
}

Result<void> check_machine(const spec::Definition& definition, Addresses addresses) {
    TRY(check_scripts(definition));
    TRY(check_base(definition));
    TRY(definition.general.preserve ? check_kept(definition) : check_file_systems(definition));
    TRY(check_limits(definition));
    return check_network(definition, addresses);
}

std::vector<Error> objections(const spec::Definition& definition, Addresses addresses) {
    std::vector<Error> found;
    const auto add = [&](const Result<void>& checked) {
        if (!checked) found.push_back(checked.error());
    };
    add(check_scripts(definition));
    if (definition.system()) add(check_base(definition));
    if (definition.system()) add(check_file_systems(definition));
    add(check_limits(definition));
    for (const auto& network : definition.networks) {
        auto alone = definition;
        alone.networks = {network};
        alone.routes.clear();
        add(check_network(alone, addresses));
    }
    if (found.empty()) add(check_network(definition, addresses));
    return found;
}

Result<spec::Definition> resolve_clashes(spec::Definition definition) {
    for (unsigned suffix = 1; is_base_taken(definition) && suffix < 100; ++suffix)
        definition.general.directory = cat("/wpars/", definition.name(), "-", suffix);
    return resolve_network_clashes(std::move(definition));
}

Result<spec::Definition> resolve_network_clashes(spec::Definition definition) {
    const auto wished = definition.networks.size();
    leave_out_taken(definition);
    if (wished == 0 || !definition.networks.empty()) return definition;
    TRY(complete_networks(definition));
    leave_out_taken(definition);
    return definition;
}

Result<void> write_specification(const spec::Definition& definition, const std::string& path,
                                 bool force) {
    if (!force && os::exists(path))
        return Error{Kind::exists,
                     cat("specification file '", path, "' exists already; use -F to replace it")};
    return os::replace_file({.path = path, .text = spec::write_specification(definition)});
}

}  // namespace partition
