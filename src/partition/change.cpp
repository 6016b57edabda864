#include "partition/change.h"

#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "cgroup/group.h"
#include "filesystem/attach.h"
#include "filesystem/checks.h"
#include "network/network.h"
#include "os/dir.h"
#include "partition/addresses.h"
#include "partition/change_mounts.h"
#include "partition/generation_make.h"
#include "partition/live.h"
#include "partition/live_mounts.h"
#include "partition/move_stay.h"
#include "partition/password.h"
#include "partition/prepare.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/script.h"
#include "partition/state.h"
#include "partition/storage.h"
#include "partition/wishes.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/moves.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "security/privileges.h"
#include "spec/check.h"
#include "spec/defaults.h"
#include "spec/file.h"

namespace partition {
namespace {

using registry::Journal;

struct Asked : ChangeCall {
    spec::Definition wanted = {};
};

Error needs_stop(const std::string& name, std::string_view what) {
    return {Kind::busy,
            cat("Workload partition ", name, " is active: ", what,
                " can change only while it is stopped; stop it first with stopwpar ", name)};
}

Result<void> refuse_while_active(const spec::Definition& before, const spec::Definition& after) {
    if (before.name() != after.name()) return needs_stop(before.name(), "its name (-n)");
    if (before.directory() != after.directory())
        return needs_stop(before.name(), "its base directory (-d)");
    return check_live_mounts(before, after);
}

Result<void> check_names(const Asked& call, const spec::Definition& before) {
    const auto& after = call.wanted;
    if (after.name() != before.name()) TRY(registry::must_be_settled(before.name()));
    if (after.name() != before.name() && registry::defined(after.name()))
        return Error{Kind::exists,
                     cat("A workload partition called ", after.name(), " exists already")};
    if (after.directory() == before.directory() || !after.system()) return {};
    return filesystem::check_base(after.directory());
}

// What it shares with the global environment cannot be its own later on; its "/" and its root are the global ones.
Result<void> check_application(const Asked& call, const spec::Definition& before) {
    const auto& after = call.wanted;
    const auto refused = [&](std::string_view why) {
        return Error{Kind::unsupported,
                     cat(before.name(), " is an application workload partition: ", why)};
    };
    if (!registry::alive(before.name()).any())
        return refused(
            "it is only defined yet; remove it with rmwpar, and define it anew with wparexec -1");
    if (call.root_password) return refused("it has no root password of its own (-P)");
    if (before.general.key == 0 && !after.networks.empty())
        return refused(
            "it was started in the global network; give it an address from the start with wparexec "
            "-N");
    if (before.general.xwparipc != after.general.xwparipc)
        return refused("what it shares (-x) is settled when it starts; use wparexec -x");
    return {};
}

Result<void> check_network(const spec::Definition& after, const spec::Definition& before) {
    if (!after.system() && after.networks.empty()) return {};
    const auto wish = TRY(network_wish(after));
    TRY(network::check(network_site(), wish));
    TRY(check_addresses(after, before.name()));
    const auto old = network_wish(before);
    if (old && *old == wish) return {};  // nothing new that another host of the LAN could have
    auto probe = TRY(network::DuplicateProbe::send(network_site(), wish));
    return probe.finish();
}

Result<void> check_change(const Asked& call, const spec::Definition& before) {
    const auto& after = call.wanted;
    TRY(spec::check(after, {.privileges = security::names()}));
    if (!before.system()) TRY(check_application(call, before));
    TRY(check_names(call, before));
    if (after.general.script != before.general.script && !after.general.script.empty())
        TRY(check_script(after.general.script, "-u"));
    TRY(check_mount_change(before, after));
    TRY(check_network(after, before));
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    const auto members = TRY(active_members());
    (void)TRY(cgroup::plan(TRY(limits(after.resources)), neighbours_of(before.name(), members),
                           TRY(cgroup::Machine::detect()), host->support())
                  .within("-R"));
    return {};
}

Result<void> rename_directory(const std::string& from, const std::string& to, Journal& journal) {
    if (from == to || !os::exists(from)) return {};
    TRY(journal.will(reverse::rename_back(to, from)));
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
    if (errno == EXDEV)
        return Error{Kind::unsupported, cat("'", to, "' lies on another file system than '", from,
                                            "'; choose a base directory on the same one")};
    return Error::os(errno, "rename", from).within(cat("to '", to, "'"));
}

Result<void> move_directories(const spec::Definition& before, const spec::Definition& after,
                              Journal& journal) {
    const auto to = after.directory();
    if (before.directory() != to)
        TRY(os::make_dirs(to.substr(0, std::max<std::size_t>(to.rfind('/'), 1)), 0700));
    TRY(rename_directory(before.directory(), to, journal));
    TRY(rename_directory(registry::paths::images(before.name()),
                         registry::paths::images(after.name()), journal));
    return rename_volumes(before, after, journal);
}

Result<void> write_definition(const spec::Definition& before, const spec::Definition& after,
                              Journal& journal) {
    TRY(journal.will(reverse::restore_definition(before)));
    if (before.name() != after.name()) TRY(journal.will(reverse::erase_definition(after.name())));
    TRY(registry::save(after));
    (void)journal.step();  // from here on it is finished, whatever asks us to stop
    return {};
}

Result<void> set_password(const Asked& call) {
    if (!call.root_password) return {};
    const auto& definition = call.wanted;
    const auto set = [&]() -> Result<void> {
        return set_root_password(TRY(os::Dir::open(definition.directory())), *call.root_password);
    };
    if (registry::alive(definition.name()).any()) return set();
    return journaled({.name = definition.name()}, [&](Journal& journal) -> Result<void> {
        TRY(journal.will(reverse::unmount(definition)));
        TRY(mount_file_systems(definition));
        TRY(journal.step());
        TRY(set());
        return filesystem::unmount_all(definition.directory());
    });
}

// The journal of a rename lies under the old name; whoever comes by the new one has to find it.
Result<std::optional<Journal>> mark_new_name(const spec::Definition& before,
                                             const spec::Definition& after) {
    if (before.name() == after.name()) return std::optional<Journal>();
    auto mark = TRY(Journal::begin(after.name(), registry::Lifetime::persistent));
    TRY(mark.will(reverse::renamed_from(before.name())));
    return std::optional(std::move(mark));
}

void describe(const spec::Definition& before, const spec::Definition& after,
              const Observer& observer) {
    observer.tell(cat("chwpar: would change workload partition ", before.name(), " to:"));
    observer.tell(spec::write_specification(after));
}

Result<void> change_locked(const Asked& call, const spec::Definition& before,
                           const Observer& observer) {
    const bool running = registry::alive(call.name).any();
    if (running) TRY(refuse_while_active(before, call.wanted));
    auto after = call.wanted;
    after.general.mdate = std::time(nullptr);
    auto mark = TRY(mark_new_name(before, after));
    std::vector<Error> failures;
    auto done = journaled({.name = call.name}, [&](Journal& journal) -> Result<void> {
        TRY(journal.will(reverse::finish_change(before, after)));
        TRY(move_directories(before, after, journal));
        TRY(prepare_mounts(before, after, journal));
        if (running) TRY(journal.will(reverse::change_mounts(before, after)));
        if (running) TRY(change_mounts(before, after, {.lazy = call.force}));
        if (running) TRY(journal.will(reverse::apply_live(before, after)));
        if (running) TRY(apply_live(before, after));
        TRY(volumes_must_be_free(before, after));
        TRY(write_definition(before, after, journal));
        failures = TRY(finish_change(before, after));
        return {};
    });
    if (mark && !os::exists(registry::paths::journal(before.name()))) TRY(mark->done());
    TRY(std::move(done));
    TRY(set_password(call));
    tell_advice(before, after, observer);
    if (running && (before.security.privs != after.security.privs ||
                    before.security.secfile != after.security.secfile))
        observer.tell_warning("changed privileges take effect at the next start");
    if (running && before.general.checkpointable != after.general.checkpointable)
        observer.tell_warning(cat("it becomes ", after.general.checkpointable ? "" : "not ",
                                  "checkpointable at the next start"));
    for (std::size_t i = 1; i < failures.size(); ++i) observer.tell_warning(failures[i].text);
    if (!failures.empty()) return failures.front();
    return {};
}

Result<spec::Definition> wanted_of(const ChangeCall& call, const spec::Definition& before) {
    auto wanted = spec::with_default_mounts(TRY(call.wish(before)));
    TRY(spec::check(wanted, {.privileges = security::names()}));
    TRY(complete_networks(wanted));
    if (call.resolve_clashes) return resolve_network_clashes(std::move(wanted));
    return wanted;
}

spec::Definition additions(const spec::Definition& before, spec::Definition after) {
    std::erase_if(after.mounts, [&](const spec::Mount& mount) {
        return find_mount(before, mount.directory) != nullptr;
    });
    return after;
}

Result<void> try_out(const ChangeCall& call, const Observer& observer) {
    const auto before = TRY(registry::load(call.name));
    const Asked asked = {call, TRY(wanted_of(call, before))};
    TRY(check_change(asked, before));
    TRY(may_change(call.name));
    TRY(registry::must_be_here(call.name));
    if (registry::alive(call.name).any()) TRY(refuse_while_active(before, asked.wanted));
    describe(before, asked.wanted, observer);
    return {};
}

// What is denied to a checkpointable one is denied from a start on, and not before.
Result<spec::Definition> in_force(const std::string& name) {
    auto definition = TRY(registry::load(name));
    const auto loaded = registry::load_loaded(name);
    if (loaded) definition.general.checkpointable = loaded->general.checkpointable;
    return definition;
}

}  // namespace

Result<std::vector<Error>> finish_change(const spec::Definition& before,
                                         const spec::Definition& after) {
    if (before.name() != after.name()) {
        TRY(registry::erase(before.name()));
        // copies for a move that did not come about; the other host knows them by the old name
        TRY(registry::forget_move(before.name()));
    }
    auto moved = before;
    moved.general.name = after.name();
    moved.general.directory = after.general.directory;
    auto failures = TRY(grow_mounts(moved, after));
    if (registry::alive(after.name()).any())
        TRY(registry::save_transient(TRY(in_force(after.name()))));
    TRY(drop_mounts(moved, after));
    return failures;
}

Result<void> change_sizes(const spec::Definition& before, const spec::Definition& after,
                          const Observer& observer) {
    TRY(check_mount_change(before, after));
    Asked asked;
    asked.name = before.name();
    asked.wanted = after;
    return change_locked(asked, before, observer);
}

Result<void> change(const ChangeCall& call, const Manner& manner) {
    begin_operation(manner);
    (void)TRY(registry::load(call.name));
    if (manner.dry_run) return try_out(call, manner.observer);
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "change"}));
    TRY(recover(call.name, manner.observer));
    TRY(may_change(call.name));
    TRY(registry::must_be_here(call.name));
    const auto before = TRY(registry::load(call.name));
    Asked asked = {call, TRY(wanted_of(call, before))};
    std::optional<registry::AdminLock> new_name;
    if (const auto& name = asked.wanted.name(); name != call.name) {
        new_name.emplace(TRY(registry::AdminLock::take({.name = name, .verb = "change"})));
        TRY(recover(name, manner.observer));
    }
    UniqueFd generations;  // none can be removed until the definition says that it is used
    if (before.mounts != asked.wanted.mounts) {
        TRY(check_kinds(before, asked.wanted));
        TRY(check_sizes(additions(before, asked.wanted)));
        auto settled = TRY(settle_generations(std::move(asked.wanted), manner.observer));
        asked.wanted = std::move(settled.definition);
        generations = std::move(settled.lock);
    }
    TRY(check_change(asked, before));
    if (new_name) TRY(forget_ended_move(asked.wanted.name(), manner.observer));
    TRY(change_locked(asked, before, manner.observer));
    registry::record({registry::Severity::info, "chwpar", call.name, "changed"});
    return {};
}

}  // namespace partition
