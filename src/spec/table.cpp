#include <algorithm>
#include <array>

#include "spec/attributes.h"

namespace spec {
namespace {

constexpr Attribute<General> general[] = {
    {"name", &General::name},
    {"hostname", &General::hostname},
    {"directory", &General::directory},
    {"vg", &General::vg},
    {"auto", &General::autostart},
    {"privateusr", &General::privateusr},
    {"checkpointable", &General::checkpointable},
    {"routing", &General::routing},
    {"script", &General::script},
    {"devices", &General::devices},
    {"copynameres", &General::copynameres},
    {"preserve", &General::preserve},
    {"application", &General::application, Use::any_text},
    {"xwparipc", &General::xwparipc},
    {"ostype", &General::ostype},
    {"architecture", &General::architecture},
    {"uuid", &General::uuid},
    {"rootvg", &General::rootvg},
    {"postscript", &General::postscripts, Use::repeated},
    {"image", &General::image},
    {"imagedigest", &General::imagedigest},
    {"imagecommand", &General::imagecommand, Use::any_text},
    {"imageenvironment", &General::imageenvironment, Use::any_text},
    {"imagedirectory", &General::imagedirectory, Use::any_text},
    {"imageuser", &General::imageuser, Use::any_text},
    {"imageinit", &General::imageinit},
    {"systemcopy", &General::systemcopy},
    {"type", &General::type, Use::own},
    {"version", &General::version, Use::own},
    {"key", &General::key, Use::own},
    {"idbase", &General::idbase, Use::own},
    {"cdate", &General::cdate, Use::own},
    {"mdate", &General::mdate, Use::own},
    {"owner", &General::owner, Use::own},
};

constexpr Attribute<Network> network[] = {
    {"interface", &Network::interface}, {"address", &Network::address},
    {"netmask", &Network::netmask},     {"broadcast", &Network::broadcast},
    {"address6", &Network::address6},   {"prefixlen", &Network::prefixlen},
    {"mode", &Network::mode},
};

constexpr Attribute<Route> route[] = {
    {"rtdest", &Route::rtdest},       {"rtgateway", &Route::rtgateway},
    {"rtnetmask", &Route::rtnetmask}, {"rtprefixlen", &Route::rtprefixlen},
    {"rttype", &Route::rttype},       {"rtinterface", &Route::rtinterface},
    {"rtfamily", &Route::rtfamily},
};

constexpr Attribute<Mount> mount[] = {
    {"directory", &Mount::directory}, {"vfs", &Mount::vfs},
    {"size", &Mount::size},           {"dev", &Mount::dev},
    {"host", &Mount::host},           {"vg", &Mount::vg},
    {"logname", &Mount::logname},     {"mountopts", &Mount::mountopts},
    {"crfsopts", &Mount::crfsopts},
};

constexpr Attribute<Resources> resources[] = {
    {"active", &Resources::active},
    {"rset", &Resources::rset},
    {"shares_CPU", &Resources::shares_CPU},
    {"CPU", &Resources::CPU},
    {"shares_memory", &Resources::shares_memory},
    {"memory", &Resources::memory},
    {"procVirtMem", &Resources::procVirtMem},
    {"totalVirtMem", &Resources::totalVirtMem},
    {"totalProcesses", &Resources::totalProcesses},
    {"totalThreads", &Resources::totalThreads},
    {"totalPTYs", &Resources::totalPTYs},
    {"totalLargePages", &Resources::totalLargePages},
    {"pct_msgIDs", &Resources::pct_msgIDs},
    {"pct_semIDs", &Resources::pct_semIDs},
    {"pct_shmIDs", &Resources::pct_shmIDs},
    {"pct_pinMem", &Resources::pct_pinMem},
};

constexpr Attribute<Security> security[] = {
    {"secfile", &Security::secfile},
    {"privs", &Security::privs},
};

constexpr Attribute<Device> device[] = {
    {"devname", &Device::devname}, {"devid", &Device::devid},   {"devtype", &Device::devtype},
    {"export", &Device::export_},  {"rootvg", &Device::rootvg},
};

constexpr Attribute<KernelExtension> kext[] = {
    {"kext", &KernelExtension::kext},
    {"local", &KernelExtension::local},
    {"major", &KernelExtension::major},
};

constexpr std::string_view copy_controls[] = {"preserve_private", "preserve_wpars"};
constexpr std::string_view options[] = {"image_data", "shrink"};

constexpr std::string_view names[] = {"general",  "network", "route", "mount",         "resources",
                                      "security", "device",  "kext",  "copy_controls", "options"};
constexpr Stanza order[] = {Stanza::general,       Stanza::network,  Stanza::route,  Stanza::mount,
                            Stanza::resources,     Stanza::security, Stanza::device, Stanza::kext,
                            Stanza::copy_controls, Stanza::options};

template <class Of>
std::vector<std::string_view> names_of() {
    std::vector<std::string_view> found;
    for (const auto& attribute : attributes<Of>())
        if (attribute.use != Use::own) found.push_back(attribute.name);
    return found;
}

}  // namespace

template <>
std::span<const Attribute<General>> attributes() {
    return general;
}
template <>
std::span<const Attribute<Network>> attributes() {
    return network;
}
template <>
std::span<const Attribute<Route>> attributes() {
    return route;
}
template <>
std::span<const Attribute<Mount>> attributes() {
    return mount;
}
template <>
std::span<const Attribute<Resources>> attributes() {
    return resources;
}
template <>
std::span<const Attribute<Security>> attributes() {
    return security;
}
template <>
std::span<const Attribute<Device>> attributes() {
    return device;
}
template <>
std::span<const Attribute<KernelExtension>> attributes() {
    return kext;
}

std::span<const Stanza> stanzas() { return order; }

std::string_view stanza_name(Stanza stanza) { return names[static_cast<std::size_t>(stanza)]; }

std::optional<Stanza> find_stanza(std::string_view name) {
    const auto* found = std::find(std::begin(names), std::end(names), name);
    if (found == std::end(names)) return std::nullopt;
    return order[found - std::begin(names)];
}

std::vector<std::string_view> attribute_names(Stanza stanza) {
    switch (stanza) {
        case Stanza::general:
            return names_of<General>();
        case Stanza::network:
            return names_of<Network>();
        case Stanza::route:
            return names_of<Route>();
        case Stanza::mount:
            return names_of<Mount>();
        case Stanza::resources:
            return names_of<Resources>();
        case Stanza::security:
            return names_of<Security>();
        case Stanza::device:
            return names_of<Device>();
        case Stanza::kext:
            return names_of<KernelExtension>();
        case Stanza::copy_controls:
            return {std::begin(copy_controls), std::end(copy_controls)};
        case Stanza::options:
            return {std::begin(options), std::end(options)};
    }
    return {};
}

}  // namespace spec
