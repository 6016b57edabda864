#include "spec/merge.h"

#include <algorithm>

#include "spec/address.h"
#include "spec/attributes.h"
#include "spec/defaults.h"
#include "spec/values.h"

namespace spec {
namespace {

template <class Of>
void overlay(Of& base, const Of& over) {
    static const Of defaults = {};
    for (const auto& attribute : attributes<Of>())
        std::visit(
            [&](auto field) {
                if (over.*field != defaults.*field) base.*field = over.*field;
            },
            attribute.field);
}

/// Entries of `over` on top of those of `base` that `same` says are about the same thing.
template <class Of, class Same, class Put>
void combine(std::vector<Of>& base, const std::vector<Of>& over, Same same, Put put) {
    for (const auto& entry : over) {
        const auto old = std::find_if(base.begin(), base.end(),
                                      [&](const Of& each) { return same(each, entry); });
        if (old == base.end())
            base.push_back(entry);
        else
            put(*old, entry);
    }
}

bool same_text_or_address(const std::string& one, const std::string& other) {
    if (one.empty() || other.empty()) return false;
    if (one == other) return true;
    const auto address = spec::to_address(one);
    return address && address == spec::to_address(other);  // ::1 and 0:0::1 are one
}

bool same_network_entry(const Network& one, const Network& other) {
    return same_text_or_address(one.address, other.address) ||
           same_text_or_address(one.address6, other.address6);
}

bool same_route(const Route& one, const Route& other) {
    return one.rtdest == other.rtdest && one.rtgateway == other.rtgateway &&
           one.rtprefixlen == other.rtprefixlen && one.rtnetmask == other.rtnetmask;
}

bool same_mount(const Mount& one, const Mount& other) { return one.directory == other.directory; }

// "directory=/data size=10G" is about what is there already; with a source or a kind of its own it is something else.
bool says_more(const Mount& old, const Mount& entry) {
    if (!entry.vfs.empty()) return entry.vfs == old.vfs;
    if (!entry.dev.empty() || !entry.host.empty()) return false;
    const bool sized = is_own_file_system(old.vfs) || old.vfs == "tmpfs" || old.vfs == "overlay";
    return sized || (entry.size.empty() && !entry.mountopts.empty());
}

bool same_device(const Device& one, const Device& other) {
    return (!one.devname.empty() && one.devname == other.devname) ||
           (!one.devid.empty() && one.devid == other.devid);
}

bool same_extension(const KernelExtension& one, const KernelExtension& other) {
    return one.kext == other.kext;
}

/// Clears the name, what follows from it, and the uuid, which belongs to the WPAR of that name.
void forget_name(Definition& definition) {
    auto& general = definition.general;
    auto by_name = definition;
    by_name.general.directory.clear();
    if (definition.directory() == by_name.directory()) general.directory.clear();
    if (general.hostname == general.name) general.hostname.clear();
    general.name.clear();
    general.uuid.clear();
}

/// Removes the entries that match; when there are none, says what there is instead.
template <class Of, class Matches, class Show>
Result<void> remove(std::vector<Of>& from, std::string_view what, Matches matches, Show show) {
    if (std::erase_if(from, matches) > 0) return {};
    std::string present;
    for (const auto& each : from) present += cat(present.empty() ? "" : ", ", show(each));
    return Error{Kind::missing, cat("there is no ", what, "; ",
                                    present.empty() ? "none is defined" : "defined: ", present)};
}

/// True if all that `pattern` says is so in `entry`.
template <class Of>
bool agrees(const Of& entry, const Of& pattern) {
    auto imagined = entry;
    overlay(imagined, pattern);
    return imagined == entry;
}

}  // namespace

Definition merge(Definition base, const Definition& over) {
    const auto type = base.general.type;
    overlay(base.general, over.general);
    if (over.system()) base.general.type = type;
    combine(base.networks, over.networks, same_network_entry, overlay<Network>);
    combine(base.routes, over.routes, same_route, overlay<Route>);
    combine(base.mounts, over.mounts, same_mount, [](Mount& old, const Mount& entry) {
        if (says_more(old, entry))
            overlay(old, entry);
        else
            old = entry;
    });
    overlay(base.resources, over.resources);
    overlay(base.security, over.security);
    combine(base.devices, over.devices, same_device, overlay<Device>);
    combine(base.kernel_extensions, over.kernel_extensions, same_extension,
            overlay<KernelExtension>);
    for (const auto& [name, value] : over.copy_controls) base.copy_controls[name] = value;
    for (const auto& [name, value] : over.options) base.options[name] = value;
    if (!base.routes.empty()) base.general.routing = true;
    return base;
}

Definition derive(Definition source, const Definition& over) {
    const auto& name = over.general.name;
    if (!name.empty() && name != source.name()) forget_name(source);
    if (!over.networks.empty()) source.networks.clear();
    return merge(without_default_mounts(std::move(source)), over);
}

Definition copy_of(const Definition& existing) {
    auto copy = existing;
    forget_name(copy);
    const General defaults = {};
    for (const auto& attribute : attributes<General>())
        if (attribute.use == Use::own)
            std::visit([&](auto field) { copy.general.*field = defaults.*field; }, attribute.field);
    copy.general.preserve = false;
    for (auto& mount : copy.mounts)  // a device holds one file system of one WPAR
        if (is_own_file_system(mount.vfs)) mount.dev.clear();
    return copy;
}

Result<void> remove_network(Definition& definition, const Network& which) {
    const auto& text = which.address.empty() ? which.address6 : which.address;
    if (text.empty())
        return Error{Kind::invalid, "give the address to remove as address= or address6="};
    return remove(
        definition.networks, cat("address '", printable(text), "'"),
        [&](const Network& each) { return same_network_entry(each, which); },
        [](const Network& each) { return each.address.empty() ? each.address6 : each.address; });
}

Result<void> remove_route(Definition& definition, const Route& which) {
    if (which.rtdest.empty())
        return Error{Kind::invalid, "give the route to remove by its rtdest="};
    return remove(
        definition.routes, cat("such route to '", printable(which.rtdest), "'"),
        [&](const Route& each) { return agrees(each, which); },
        [](const Route& each) { return cat(each.rtdest, " via ", each.rtgateway); });
}

Result<void> remove_mount(Definition& definition, std::string_view directory) {
    return remove(
        definition.mounts, cat("mount '", printable(directory), "'"),
        [&](const Mount& each) { return each.directory == directory; },
        [](const Mount& each) { return each.directory; });
}

Result<void> remove_device(Definition& definition, const Device& which) {
    if (which.devname.empty() && which.devid.empty())
        return Error{Kind::invalid, "give the device to remove as devname= or devid="};
    return remove(
        definition.devices, cat("device '", printable(which.devname), printable(which.devid), "'"),
        [&](const Device& each) { return same_device(each, which); },
        [](const Device& each) { return each.devname.empty() ? each.devid : each.devname; });
}

Result<void> remove_kernel_extension(Definition& definition, std::string_view kext) {
    return remove(
        definition.kernel_extensions, cat("kernel extension '", printable(kext), "'"),
        [&](const KernelExtension& each) { return each.kext == kext; },
        [](const KernelExtension& each) { return each.kext; });
}

}  // namespace spec
