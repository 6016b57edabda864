#include "cli/sheets_several.h"

#include "spec/address.h"

namespace cli {
namespace {

using registry::Listed;

std::string computed_broadcast(const spec::Network& network) {
    if (!network.broadcast.empty() || network.address.empty()) return network.broadcast;
    const auto address = spec::parse_address(network.address, spec::Family::inet);
    const auto prefix = spec::parse_netmask(network.netmask);
    if (!address || !prefix) return {};
    return spec::show(spec::broadcast_of(*address, *prefix));
}

// Without a look at the kernel: as it is wished.
Record wished(const std::string& name, const spec::Network& network) {
    if (!network.address6.empty())
        return {name, network.interface, network.address6, network.prefixlen, ""};
    return {name, network.interface, network.address, network.netmask, computed_broadcast(network)};
}

Record wished(const Listed& wpar, const spec::Mount& mount) {
    auto place = wpar.definition.directory();
    if (place == "/") place.clear();
    if (mount.directory != "/") place += mount.directory;
    return {wpar.name(),    place.empty() ? "/" : place, mount.dev, mount.vfs, mount.host,
            mount.mountopts};
}

}  // namespace

std::vector<Record> addresses(const Listed& wpar) {
    std::vector<Record> found;
    for (const auto& address : wpar.addresses)
        found.push_back({wpar.name(), address.interface, address.address, address.mask_prefix,
                         address.broadcast});
    if (wpar.addresses.empty())
        for (const auto& network : wpar.definition.networks)
            found.push_back(wished(wpar.name(), network));
    // an application WPAR without an address uses the global network
    const bool own_loopback = wpar.definition.system() || !found.empty();
    const auto state = wpar.status.state;
    const bool runs = state == registry::State::active || state == registry::State::frozen ||
                      state == registry::State::paused;
    if (runs && own_loopback)
        found.push_back({wpar.name(), "lo0", "127.0.0.1", "255.0.0.0", "127.255.255.255"});
    return found;
}

std::vector<Record> file_systems(const Listed& wpar) {
    std::vector<Record> found;
    for (const auto& each : wpar.file_systems)
        found.push_back(
            {wpar.name(), each.mountpoint, each.device, each.vfs, each.nodename, each.options});
    if (wpar.file_systems.empty())
        for (const auto& mount : wpar.definition.mounts) found.push_back(wished(wpar, mount));
    return found;
}

std::vector<Record> routes(const Listed& wpar) {
    std::vector<Record> found;
    for (const auto& route : wpar.definition.routes)
        found.push_back({wpar.name(), route.rtdest == "default" ? "" : route.rttype, route.rtdest,
                         route.rtgateway, route.rtinterface});
    return found;
}

std::vector<Record> devices(const Listed& wpar) {
    std::vector<Record> found;
    for (const auto& device : wpar.devices)
        found.push_back({wpar.name(), device.devname, device.devtype, device.vdevname,
                         device.rootvg, device.devstatus, device.devid, device.adapter});
    if (wpar.devices.empty())
        for (const auto& device : wpar.definition.devices)
            found.push_back({wpar.name(), device.devname, device.devtype, "", device.rootvg, "",
                             device.devid, ""});
    return found;
}

std::vector<Record> kernel_extensions(const Listed& wpar) {
    std::vector<Record> found;
    for (const auto& each : wpar.kernel_extensions)
        found.push_back({wpar.name(), each.kext, each.local, each.major, each.status});
    if (wpar.kernel_extensions.empty())
        for (const auto& each : wpar.definition.kernel_extensions)
            found.push_back({wpar.name(), each.kext, each.local, each.major, ""});
    return found;
}

std::vector<Record> blockers(const Listed& wpar) {
    const auto number = [](std::uint64_t value) {
        return value == 0 ? std::string() : std::to_string(value);
    };
    std::vector<Record> found;
    if (!wpar.blockers) return found;
    for (const auto& each : *wpar.blockers)
        found.push_back({wpar.name(), number(each.pid), number(each.inner_pid), each.command,
                         each.what, each.remedy, each.passing ? "yes" : "no"});
    return found;
}

}  // namespace cli
