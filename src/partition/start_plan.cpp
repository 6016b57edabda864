#include "partition/start_plan.h"

#include <limits.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "filesystem/file_system.h"
#include "os/dir.h"
#include "partition/storage.h"
#include "registry/ids.h"
#include "registry/paths.h"
#include "security/filter.h"
#include "security/privileges.h"
#include "security/secattrs.h"
#include "spec/command.h"
#include "spec/generation.h"
#include "spec/values.h"

namespace partition {
namespace {

constexpr std::string_view default_secattrs = "/etc/wpars/secattrs";

// Where even root may not raise it (he may be in a container himself), what he has is the tighter limit.
void limit(std::vector<os::Limit>& limits, int resource, std::uint64_t value) {
    rlimit64 own = {};
    const bool may_raise = ::prctl(PR_CAPBSET_READ, CAP_SYS_RESOURCE, 0, 0, 0) == 1;
    if (!may_raise && ::getrlimit64(static_cast<__rlimit_resource>(resource), &own) == 0)
        value = std::min<std::uint64_t>(value, own.rlim_max);
    limits.push_back({resource, value, value});
}

using Sysctls = std::vector<std::pair<std::string, std::string>>;

// pct_msgIDs and its kin: that part of what the global environment may have.
struct Share {
    const std::string& percent;
    std::string name = {};
    std::size_t field = 0;
};
Result<void> share_ids(Sysctls& list, const Share& share, bool all) {
    const auto percent = share.percent.empty() ? 100U : TRY(spec::parse_percent(share.percent));
    if (percent == 100 && !all) return {};
    auto path = cat("/proc/sys/", share.name);
    std::replace(path.begin(), path.end(), '.', '/');
    auto values = words(TRY(os::read_file(path)));
    const auto whole = values.size() > share.field ? to_number(values[share.field]) : std::nullopt;
    if (!whole) return Error{Kind::other, cat(path, " holds no number")};
    values[share.field] = std::to_string(std::max<std::uint64_t>(1, *whole * percent / 100));
    list.emplace_back(share.name, join(values, " "));
    return {};
}

Result<Sysctls> sysctls_of(const spec::Definition& definition) {
    auto list = TRY(ipc_parameters(definition.resources, false));
    // ping without a raw socket, for every group that exists inside
    if (definition.system())
        list.emplace_back("net.ipv4.ping_group_range", cat("0 ", registry::ids_per_wpar - 1));
    else if (!definition.networks.empty())
        list.emplace_back("net.ipv4.ping_group_range", "0 2147483647");
    return list;
}

Result<os::Confinement> confinement_of(const spec::Definition& definition) {
    const bool system = definition.system();
    const auto granted =
        system ? TRY(security::capabilities_of(TRY(privileges_of(definition.security))))
               : security::application_capabilities();
    os::Confinement confinement;
    confinement.own_users = system;
    if (system) confinement.ids = {definition.general.idbase, registry::ids_per_wpar};
    confinement.capabilities = security::bounding_set(granted);
    confinement.filter = security::default_filter({.application = !system,
                                                   .capabilities = granted,
                                                   .movable = definition.general.checkpointable});
    confinement.limits = TRY(process_limits(definition.resources));
    return confinement;
}

void plan_movable(launch::Plan& plan) {
    plan.first_process = CORRAL_INIT;
    plan.left_out = {std::string(registry::paths::base)};
    std::array<char, PATH_MAX> here = {};
    // one that is gone, or has a longer name, is no place to come back to
    plan.directory = ::getcwd(here.data(), here.size()) != nullptr ? here.data() : "/";
    if (!plan.directory.starts_with('/')) plan.directory = "/";
}

Result<void> plan_application(const spec::Definition& definition, launch::Plan& plan) {
    const auto command = TRY(spec::parse_command(definition.general.application));
    plan.command = command.arguments;
    for (char** variable = environ; *variable != nullptr; ++variable)
        plan.environment.emplace_back(*variable);
    for (const auto& variable : command.environment) plan.environment.push_back(variable);
    plan.own_network = !definition.networks.empty();
    plan.own_ipc = !definition.general.xwparipc;
    plan.console = false;
    if (definition.general.checkpointable) plan_movable(plan);
    return {};
}

// The image's command below our small init, which is mounted over a file that mkwpar made for it.
Result<void> plan_image_command(const spec::General& general, launch::Plan& plan) {
    constexpr auto place = "/.corral-init";
    launch::Mount program;
    program.source = CORRAL_INIT;
    program.target = place;
    program.read_only = true;
    plan.mounts.insert(plan.mounts.begin(), std::move(program));
    plan.command = {place, general.imageuser, general.imagedirectory};
    for (auto& word : TRY(spec::command_words(general.imagecommand)))
        plan.command.push_back(std::move(word));
    plan.environment = TRY(spec::command_words(general.imageenvironment));
    return {};
}

Result<void> plan_system(const spec::Definition& definition, launch::Plan& plan) {
    plan.root = definition.directory();
    if (definition.general.imageinit) TRY(plan_image_command(definition.general, plan));
    plan.ptys = static_cast<unsigned>(
        definition.resources.active
            ? TRY(spec::parse_count(definition.resources.totalPTYs, 1)).value_or(0)
            : 0);
    return {};
}

}  // namespace

Result<std::vector<os::Limit>> process_limits(const spec::Resources& resources) {
    std::vector<os::Limit> limits;
    if (!resources.active) return limits;
    if (const auto bytes = TRY(spec::parse_amount(resources.procVirtMem)))
        limit(limits, RLIMIT_AS, *bytes);
    if (!resources.pct_pinMem.empty()) {
        const auto percent = TRY(spec::parse_percent(resources.pct_pinMem));
        const auto total = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                           static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        limit(limits, RLIMIT_MEMLOCK, total / 100 * percent);
    }
    return limits;
}

Result<Sysctls> ipc_parameters(const spec::Resources& resources, bool all) {
    const spec::Resources none;
    const auto& wanted = resources.active ? resources : none;
    constexpr std::size_t sem_ids = 3;  // kernel.sem: SEMMSL SEMMNS SEMOPM SEMMNI
    Sysctls list;
    TRY(share_ids(list, {wanted.pct_msgIDs, "kernel.msgmni", 0}, all));
    TRY(share_ids(list, {wanted.pct_semIDs, "kernel.sem", sem_ids}, all));
    TRY(share_ids(list, {wanted.pct_shmIDs, "kernel.shmmni", 0}, all));
    return list;
}

Result<std::vector<std::string>> privileges_of(const spec::Security& wanted) {
    if (!wanted.privs.empty()) return wanted.privs;
    const auto path = wanted.secfile.empty() ? std::string(default_secattrs) : wanted.secfile;
    const auto text = os::read_file(path);
    if (text) return security::parse_secattrs(*text).within(path);
    if (!wanted.secfile.empty()) return text.error().within("-S secfile");
    return security::default_privileges();
}

Result<launch::Plan> start_plan(const spec::Definition& definition) {
    launch::Plan plan;
    plan.name = definition.name();
    plan.hostname = definition.hostname();
    plan.uuid = definition.general.uuid;
    plan.mounts = TRY(launch_mounts(definition));
    plan.sysctls = TRY(sysctls_of(definition));
    plan.confinement = TRY(confinement_of(definition));
    plan.movable = definition.general.checkpointable;
    TRY(definition.system() ? plan_system(definition, plan) : plan_application(definition, plan));
    return plan;
}

}  // namespace partition
