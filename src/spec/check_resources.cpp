#include <algorithm>

#include "spec/problems.h"
#include "spec/values.h"

namespace spec {
namespace {

constexpr std::string_view device_types[] = {"clone", "pseudo", "disk", "adapter", "cdrom", "tape"};

void expect_yes_no(std::string_view text, std::string_view what, Problems& problems) {
    problems.expect(parse_yes_no(text, false), what);
}

void check_device(const Device& device, Problems& problems) {
    const auto what =
        cat("device '", printable(device.devname.empty() ? device.devid : device.devname), "'");
    if (device.devname.empty() && device.devid.empty() && device.rootvg.empty())
        return problems.add("device: it needs devname or devid");
    if (device.devname.starts_with('/'))
        problems.expect(check_path(device.devname), "device");
    else if (device.devname.starts_with('-') ||
             !consists_of(device.devname, cat(letters, digits, "_.:@-")))
        problems.add(what, ": devname is neither a path below /dev nor the name of a device");
    if (device.devname.starts_with('/') && !is_at_or_below(device.devname, "/dev"))
        problems.add(what, ": devname is not below /dev");
    if (!device.devtype.empty() && std::find(std::begin(device_types), std::end(device_types),
                                             device.devtype) == std::end(device_types))
        problems.add(what, ": devtype '", printable(device.devtype),
                     "' is none of clone, pseudo, disk, adapter, cdrom, tape");
    expect_yes_no(device.export_, cat(what, ": export"), problems);
    expect_yes_no(device.rootvg, cat(what, ": rootvg"), problems);
}

void check_extension(const KernelExtension& extension, Problems& problems) {
    const auto what = cat("kext '", printable(extension.kext), "'");
    if (extension.kext.empty())
        return problems.add("kext: kext is missing; give a path, a module's name or ALL");
    if (extension.kext.starts_with('/'))
        problems.expect(check_path(extension.kext), "kext");
    else if (extension.kext.starts_with('-') ||
             !consists_of(extension.kext, cat(letters, digits, "_-")))
        problems.add(what, ": it is neither a path nor the name of a module");
    expect_yes_no(extension.local, cat(what, ": local"), problems);
    expect_yes_no(extension.major, cat(what, ": major"), problems);
}

bool looks_like_privilege(std::string_view name) {
    return name.starts_with("PV_") && name.size() <= 64 &&
           consists_of(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

}  // namespace

void check_resources(const Definition& definition, Problems& problems) {
    const auto& wish = definition.resources;
    problems.expect(parse_cpus(wish.rset), "rset");
    problems.expect(parse_shares(wish.shares_CPU), "shares_CPU");
    problems.expect(parse_percent_range(wish.CPU), "CPU");
    problems.expect(parse_shares(wish.shares_memory), "shares_memory");
    problems.expect(parse_percent_range(wish.memory), "memory");
    problems.expect(parse_amount(wish.procVirtMem), "procVirtMem");
    problems.expect(parse_amount(wish.totalVirtMem), "totalVirtMem");
    const auto processes = parse_count(wish.totalProcesses, 2);
    const auto threads = parse_count(wish.totalThreads, 2);
    const bool sound = problems.expect(processes, "totalProcesses");
    if (problems.expect(threads, "totalThreads") && sound && *processes && *threads &&
        **threads < **processes)
        problems.add("totalThreads: ", **threads, " is below totalProcesses, which is ",
                     **processes, "; every process has at least one thread");
    problems.expect(parse_count(wish.totalPTYs, 1), "totalPTYs");
    problems.expect(parse_count(wish.totalLargePages, 0), "totalLargePages");
    problems.expect(parse_percent(wish.pct_msgIDs), "pct_msgIDs");
    problems.expect(parse_percent(wish.pct_semIDs), "pct_semIDs");
    problems.expect(parse_percent(wish.pct_shmIDs), "pct_shmIDs");
    problems.expect(parse_percent(wish.pct_pinMem), "pct_pinMem");
}

void check_security(const Definition& definition, const Knowledge& knowledge, Problems& problems) {
    const auto& wish = definition.security;
    if (!wish.secfile.empty()) problems.expect(check_path(wish.secfile), "secfile");
    const auto known = knowledge.privileges;
    for (const auto& name : wish.privs) {
        if (!looks_like_privilege(name))
            problems.add("privs: '", printable(name),
                         "' is not the name of a privilege, like PV_NET_PORT");
        else if (!known.empty() && std::find(known.begin(), known.end(), name) == known.end())
            problems.add("privs: there is no privilege '", name, "'");
    }
}

void check_devices(const Definition& definition, Problems& problems) {
    for (const auto& device : definition.devices) check_device(device, problems);
    for (const auto& extension : definition.kernel_extensions) check_extension(extension, problems);
}

}  // namespace spec
