#include "partition/login.h"

#include <fcntl.h>

#include "cgroup/group.h"
#include "os/dir.h"
#include "partition/confine.h"
#include "partition/keeper.h"
#include "partition/state.h"
#include "partition/stop.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "session/enter.h"
#include "session/keeper.h"
#include "session/login.h"
#include "spec/check.h"

namespace partition {
namespace {

Error unreachable(const std::string& name, Error error) {
    const auto definition = registry::load(name);
    if (!definition || definition->system()) return error;
    return {Kind::unsupported,
            cat(name,
                " is an application workload partition; only system workload partitions have "
                "users to log in as")};
}

// The keeper hands out init's descriptor; one whose keeper was killed gets a new one first.
Result<UniqueFd> init_of(const std::string& name) {
    const auto run = os::Dir::open(registry::paths::run(name));
    if (!run) return registry::defined(name) ? not_active(name) : registry::no_such(name);
    auto link = session::KeeperLink::connect(*run);
    if (!link) {
        const auto lives = registry::alive(name);
        if (!lives.init) return not_active(name);
        if (lives.keeper) return unreachable(name, link.error());
        const auto lock = TRY(registry::AdminLock::take({.name = name, .verb = "recover"}));
        if (!registry::alive(name).keeper) TRY(adopt(name));
        link = TRY(session::KeeperLink::connect(*run));
    }
    auto state = link->describe();
    if (!state && state.error().kind == Kind::missing) return not_active(name);
    if (!state) return state.error();
    return std::move(state->pidfd);
}

Result<std::vector<UniqueFd>> old_groups(const cgroup::Hierarchy& host, const std::string& name) {
    std::vector<UniqueFd> groups;
    for (const auto& base : host.v1_bases()) {
        const auto path = cat(base, "/", name);
        UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (fd) groups.push_back(std::move(fd));
    }
    return groups;
}

}  // namespace

Result<int> log_in(const LoginCall& call) {
    if (!spec::check_name(call.name)) return registry::no_such(call.name);
    const auto init = TRY(init_of(call.name));
    TRY(must_run(call.name));
    auto confinement = TRY(load_confinement(call.name));
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    const auto group = TRY(cgroup::Group::open(*host, call.name));
    const auto groups = TRY(old_groups(*host, call.name));
    session::Entry entry;
    entry.name = call.name;
    entry.init = init.get();
    entry.cgroup = group.clone_fd();
    for (const auto& one : groups) entry.old_groups.push_back(one.get());
    entry.confinement = std::move(confinement);
    entry.user = call.user;
    entry.command = call.command;
    entry.environment = session::terminal_environment();
    entry.ask_password = call.ask_password;
    entry.terminal = call.terminal;
    return session::enter(entry);
}

}  // namespace partition
