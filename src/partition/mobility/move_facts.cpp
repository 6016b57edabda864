#include "partition/mobility/move_facts.h"

#include <sys/utsname.h>

#include <algorithm>
#include <chrono>

#include "base/lines.h"
#include "cgroup/hierarchy.h"
#include "checkpoint/criu_probe.h"
#include "filesystem/checks.h"
#include "os/dir.h"
#include "partition/copies/backup_data.h"
#include "registry/paths.h"

namespace partition::mobility {
namespace {

// "flags : fpu vme ..." of the first one; they are all alike.
std::vector<std::string> processor_flags() {
    const auto text = os::read_file("/proc/cpuinfo", std::size_t{16} << 20);
    std::vector<std::string> flags;
    if (!text) return flags;
    for (const auto& line : split(*text, '\n')) {
        if (!line.starts_with("flags") && !line.starts_with("Features")) continue;
        const auto colon = line.find(':');
        if (colon != std::string::npos) flags = words(line.substr(colon + 1));
        break;
    }
    std::sort(flags.begin(), flags.end());
    return flags;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    each_line(text, [&](std::string_view line) { lines.emplace_back(line); });
    return lines;
}

std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

}  // namespace

HostFacts gather_facts() {
    using namespace std::chrono;
    HostFacts facts;
    struct utsname machine = {};
    (void)::uname(&machine);
    facts.corral = CORRAL_VERSION;
    facts.kernel = machine.release;
    facts.machine = machine.machine;
    facts.criu = checkpoint::find_criu().version;
    if (const auto& groups = cgroup::Hierarchy::host()) facts.groups = groups->describe();
    facts.clock = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    if (const auto room = filesystem::free_space(std::string(registry::paths::storage)))
        facts.free = room->bytes;
    facts.processor = processor_flags();
    if (auto packages = copies::present_packages()) facts.packages = *std::move(packages);
    return facts;
}

wire::Message write(const HostFacts& facts) {
    auto objections = facts.objections;
    for (auto& objection : objections) objection = one_line(std::move(objection));
    return {"facts",
            {{"corral", facts.corral},
             {"kernel", facts.kernel},
             {"machine", facts.machine},
             {"criu", facts.criu},
             {"groups", facts.groups},
             {"clock", cat(facts.clock)},
             {"free", cat(facts.free)},
             {"idbase", cat(facts.idbase)},
             {"processor", join(facts.processor, " ")},
             {"packages", join(facts.packages, "\n")},
             {"objections", join(objections, "\n")}}};
}

HostFacts parse_facts(const wire::Message& message) {
    HostFacts facts;
    facts.corral = message.value("corral");
    facts.kernel = message.value("kernel");
    facts.machine = message.value("machine");
    facts.criu = message.value("criu");
    facts.groups = message.value("groups");
    facts.clock = static_cast<std::int64_t>(message.number("clock"));
    facts.free = message.number("free");
    facts.idbase = static_cast<std::uint32_t>(message.number("idbase"));
    facts.processor = words(message.value("processor"));
    std::sort(facts.processor.begin(), facts.processor.end());
    facts.packages = lines_of(message.value("packages"));
    facts.objections = lines_of(message.value("objections"));
    return facts;
}

std::string write_devices(const Devices& devices) {
    std::string text;
    for (const auto& [here, there] : devices) text += cat(here, "=", there, "\n");
    return text;
}

Devices parse_devices(std::string_view text) {
    Devices devices;
    each_line(text, [&](std::string_view line) {
        const auto equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0 || equals + 1 == line.size()) return;
        devices.emplace(line.substr(0, equals), line.substr(equals + 1));
    });
    return devices;
}

void rename_interfaces(spec::Definition& definition, const Devices& devices) {
    const auto rename = [&](std::string& name) {
        if (const auto found = devices.find(name); found != devices.end()) name = found->second;
    };
    for (auto& network : definition.networks) rename(network.interface);
    for (auto& route : definition.routes) rename(route.rtinterface);
}

}  // namespace partition::mobility
