#include "cli/sheets.h"

#include <array>

#include "base/time.h"
#include "cli/sheets_several.h"
#include "spec/values.h"

namespace cli {
namespace {

using registry::Listed;
using As = Field::As;

constexpr std::array general_fields = {
    Field{"name", "Name"},
    Field{"state", "State"},
    Field{"type", "Type"},
    Field{"rootvgwpar", "RootVG WPAR", As::yes_no},
    Field{"hostname", "Hostname"},
    Field{"routing", "WPAR-Specific Routing", As::yes_no},
    Field{"vipwpar", "Virtual IP WPAR"},
    Field{"directory", "Directory"},
    Field{"owner", "Owner"},
    Field{"script", "Start/Stop Script"},
    Field{"auto", "Auto", As::yes_no},
    Field{"privateusr", "Private /usr", As::yes_no},
    Field{"checkpointable", "Checkpointable", As::yes_no},
    Field{"application", "Application"},
    Field{"ostype", "OStype"},
    Field{"xwparipc", "Cross-WPAR IPC", As::yes_no},
    Field{"architecture", "Architecture"},
    Field{"uuid", "UUID"},
};
constexpr std::array network_fields = {
    Field{"name", "Name"},           Field{"interface", "Interface"},
    Field{"address", "Address(6)"},  Field{"mask_prefix", "Mask/Prefix"},
    Field{"broadcast", "Broadcast"},
};
constexpr std::array mount_fields = {
    Field{"name", "Name"}, Field{"mountpoint", "MountPoint"}, Field{"device", "Device"},
    Field{"vfs", "Vfs"},   Field{"nodename", "Nodename"},     Field{"options", "Options"},
};
constexpr std::array route_fields = {
    Field{"name", "Name"},
    Field{"type", "Type"},
    Field{"destination", "Destination"},
    Field{"gateway", "Gateway"},
    Field{"interface", "Interface"},
};
constexpr std::array resource_fields = {
    Field{"name", "Name"},
    Field{"state", "State"},
    Field{"active", "Active", As::yes_no},
    Field{"rset", "Resource Set"},
    Field{"shares_CPU", "CPU Shares"},
    Field{"CPU", "CPU Limits"},
    Field{"shares_memory", "Memory Shares"},
    Field{"memory", "Memory Limits"},
    Field{"procVirtMem", "Per-Process Virtual Memory Limit"},
    Field{"totalVirtMem", "Total Virtual Memory Limit"},
    Field{"totalProcesses", "Total Processes"},
    Field{"totalThreads", "Total Threads"},
    Field{"totalPTYs", "Total PTYs"},
    Field{"totalLargePages", "Total Large Pages"},
    Field{"pct_msgIDs", "Max Message Queue IDs"},
    Field{"pct_semIDs", "Max Semaphore IDs"},
    Field{"pct_shmIDs", "Max Shared Memory IDs"},
    Field{"pct_pinMem", "Max Pinned Memory"},
};
constexpr std::array security_fields = {
    Field{"name", "Name"},
    Field{"state", "State"},
    Field{"privs", "Privileges", As::list},
};
constexpr std::array operation_fields = {
    Field{"name", "Name"},
    Field{"op", "Operation"},
    Field{"pid", "Process ID", As::number},
    Field{"start", "Start Time"},
};
constexpr std::array device_fields = {
    Field{"name", "Name"},
    Field{"devname", "Device Name"},
    Field{"devtype", "Type"},
    Field{"vdevname", "Virtual Device"},
    Field{"rootvg", "RootVG", As::yes_no},
    Field{"devstatus", "Status"},
    Field{"devid", "Device ID", As::text, true},
    Field{"adapter", "Adapter", As::text, true},
};
constexpr std::array extension_fields = {
    Field{"name", "Name"},
    Field{"kext", "Kernel Extension"},
    Field{"local", "Local", As::yes_no},
    Field{"major", "Major", As::yes_no},
    Field{"status", "Status"},
};
constexpr std::array blocker_fields = {
    Field{"name", "Name"},
    Field{"pid", "PID", As::number},
    Field{"inner_pid", "Inside", As::number},
    Field{"command", "Command"},
    Field{"what", "What"},
    Field{"remedy", "Remedy"},
    Field{"passing", "Passing", As::yes_no, true},
};
constexpr std::array bootset_fields = {
    Field{"name", "Name"},
    Field{"bootset", "Bootset"},
};

std::string yes(bool value) { return value ? "yes" : "no"; }
std::string letter(registry::State state) { return {static_cast<char>(state)}; }
std::string or_else(const std::string& value, std::string_view otherwise) {
    return value.empty() ? std::string(otherwise) : value;
}

Record general(const Listed& wpar) {
    const auto& definition = wpar.definition;
    const auto& general = definition.general;
    return {general.name,
            letter(wpar.status.state),
            definition.system() ? "S" : "A",
            yes(general.rootvg),
            definition.hostname(),
            yes(general.routing),
            "",
            definition.directory(),
            general.owner,
            general.script,
            yes(general.autostart),
            yes(general.privateusr),
            yes(general.checkpointable),
            general.application,
            general.ostype,
            yes(general.xwparipc),
            general.architecture,
            general.uuid};
}

// One spelling whatever the definition's: "50" and "50%" are both "50%".
std::string limits(const std::string& text) {
    const auto range = spec::parse_percent_range(text);
    return range ? spec::show(*range) : text;
}
std::string percent(const std::string& text) {
    const auto value = spec::parse_percent(text);
    return value ? cat(*value, "%") : text;
}

Record resources(const Listed& wpar) {
    const auto& wish = wpar.definition.resources;
    const auto amount = [](const std::string& text) { return or_else(text, "unlimited"); };
    return {wpar.name(),
            letter(wpar.status.state),
            yes(wish.active),
            wish.rset,
            amount(wish.shares_CPU),
            limits(wish.CPU),
            amount(wish.shares_memory),
            limits(wish.memory),
            amount(wish.procVirtMem),
            amount(wish.totalVirtMem),
            amount(wish.totalProcesses),
            amount(wish.totalThreads),
            amount(wish.totalPTYs),
            amount(wish.totalLargePages),
            percent(wish.pct_msgIDs),
            percent(wish.pct_semIDs),
            percent(wish.pct_shmIDs),
            percent(wish.pct_pinMem)};
}

Record security(const Listed& wpar) {
    const auto& privileges =
        wpar.privileges.empty() ? wpar.definition.security.privs : wpar.privileges;
    return {wpar.name(), letter(wpar.status.state), join(privileges, ",")};
}

Record operation(const Listed& wpar) {
    const auto& running = wpar.status.operation;
    if (!running) return {wpar.name(), "none", "", ""};
    if (running->pid == 0) return {wpar.name(), running->verb, "", ""};  // an ordinary user asks
    return {wpar.name(), running->verb, cat(running->pid), show_time(running->start)};
}

}  // namespace

std::string show_time(std::int64_t epoch_seconds) {
    auto text = local_time(epoch_seconds, "%Y-%m-%d %H:%M:%S %z");
    return text.empty() ? std::to_string(epoch_seconds) : text;
}

std::span<const Field> fields(Sheet sheet) {
    switch (sheet) {
        case Sheet::network:
            return network_fields;
        case Sheet::mounts:
            return mount_fields;
        case Sheet::routes:
            return route_fields;
        case Sheet::resources:
            return resource_fields;
        case Sheet::security:
            return security_fields;
        case Sheet::operation:
            return operation_fields;
        case Sheet::devices:
            return device_fields;
        case Sheet::extensions:
            return extension_fields;
        case Sheet::bootsets:
            return bootset_fields;
        case Sheet::blockers:
            return blocker_fields;
        case Sheet::general:
            break;
    }
    return general_fields;
}

bool is_paragraph(Sheet sheet) {
    return sheet == Sheet::general || sheet == Sheet::resources || sheet == Sheet::security ||
           sheet == Sheet::operation;
}

std::vector<Record> records(Sheet sheet, const Listed& wpar) {
    switch (sheet) {
        case Sheet::general:
            return {general(wpar)};
        case Sheet::resources:
            return {resources(wpar)};
        case Sheet::security:
            return {security(wpar)};
        case Sheet::operation:
            return {operation(wpar)};
        case Sheet::network:
            return addresses(wpar);
        case Sheet::mounts:
            return file_systems(wpar);
        case Sheet::routes:
            return routes(wpar);
        case Sheet::devices:
            return devices(wpar);
        case Sheet::extensions:
            return kernel_extensions(wpar);
        case Sheet::blockers:
            return blockers(wpar);
        case Sheet::bootsets:
            break;
    }
    return {};
}

}  // namespace cli
