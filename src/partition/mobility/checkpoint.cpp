#include "partition/mobility/checkpoint.h"

#include <sys/statvfs.h>
#include <sys/utsname.h>

#include <ctime>

#include "base/size.h"
#include "checkpoint/criu_probe.h"
#include "checkpoint/image.h"
#include "checkpoint/key.h"
#include "os/dir.h"
#include "os/mount_table.h"
#include "partition/blockers_now.h"
#include "partition/group.h"
#include "partition/halt.h"
#include "partition/mobility/criu.h"
#include "partition/mobility/dump.h"
#include "partition/pause.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/stop.h"
#include "registry/events.h"
#include "registry/life.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/file.h"

namespace partition::mobility {
namespace {

Error not_checkpointable(const spec::Definition& definition) {
    const auto& name = definition.name();
    const auto remedy = definition.system() ? cat("stop it, make it one with chwpar -c ", name,
                                                  ", and start it again")
                                            : std::string("run it again with wparexec -c");
    return {Kind::busy,
            cat("Workload partition ", name, " was not started as a checkpointable one; ", remedy)};
}

// Pages that only the kernel knows of, like pipes, are small beside it.
constexpr std::uint64_t beside_memory = 16 << 20;

Result<void> check_room(const std::string& directory, const std::string& name) {
    const auto usage = TRY(TRY(open_group(name)).usage());
    const auto wanted = usage.memory_bytes.value_or(0) + beside_memory;
    const auto parent = directory.substr(0, std::max<std::size_t>(1, directory.rfind('/')));
    struct statvfs room = {};
    if (::statvfs(parent.c_str(), &room) != 0) return Error::os(errno, "statvfs", parent);
    const auto free = std::uint64_t{room.f_bavail} * room.f_frsize;
    if (free >= wanted) return {};
    return Error{Kind::full, cat("'", parent, "' has ", show_size(free),
                                 " free, and the checkpoint needs up to ", show_size(wanted),
                                 "; name a directory with more room")};
}

Error stands_in_the_way(const std::string& name, const std::vector<checkpoint::Blocker>& blockers) {
    std::string text = cat("Workload partition ", name, " cannot be checkpointed as it is now:");
    for (const auto& one : blockers) text += cat("\n  ", checkpoint::shown(one));
    return {Kind::busy, text};
}

checkpoint::Record record_of(const spec::Definition& definition, After after) {
    checkpoint::Record record;
    record.name = definition.name();
    record.uuid = definition.general.uuid;
    record.made = std::to_string(::time(nullptr));
    record.corral = CORRAL_VERSION;
    utsname kernel = {};
    (void)::uname(&kernel);
    record.kernel = kernel.release;
    record.machine = kernel.machine;
    record.life = registry::life_of(definition.name());
    record.first_id = definition.general.idbase;
    record.ended = after != After::run;
    return record;
}

Result<void> write_beside(const os::Dir& directory, const std::string& name, std::string text) {
    return os::replace_file(
        {.path = cat(directory.path(), "/", name), .text = std::move(text), .mode = 0600});
}

struct Stored {
    Stood stood = {};
    bool connections = true;
};

struct Image {
    const spec::Definition& definition;
    std::string directory = {};
    After after = After::run;
    unsigned log_level = 2;
    unsigned rounds = 0;
};
// All of it but the seal.
Result<Stored> write_image(const Image& image) {
    const auto& name = image.definition.name();
    const auto init = TRY(running_init(name));
    const auto group = TRY(open_group(name));
    const auto directory = TRY(os::Dir::open(image.directory));
    Stored stored;
    auto record = record_of(image.definition, image.after);
    const auto dumped = dump({.definition = image.definition,
                              .init = init.id.pid,
                              .group = group,
                              .image = directory,
                              .log_level = image.log_level,
                              .rounds = image.rounds,
                              .at_end = [&]() -> Result<void> {
                                  if (image.after == After::run) return {};
                                  stored.connections =
                                      TRY(pause({.name = name, .image = image.directory}));
                                  return {};
                              }},
                             record);
    if (!dumped) return explained(dumped.error());
    stored.stood = *dumped;
    TRY(write_beside(directory, "definition", spec::write(image.definition)));
    TRY(write_beside(directory, "record", checkpoint::write(record)));
    return stored;
}

Result<Stored> store(const CheckpointCall& call, const spec::Definition& definition,
                     const Observer& observer) {
    TRY(registry::pause_point());
    auto stored =
        write_image({definition, call.directory, call.after, criu_log_level(call.criu_log)});
    add_criu_log(cat(call.directory, "/", dump_log), call.criu_log, observer);
    if (!stored) return stored;
    TRY(registry::pause_point());
    // what runs on changes its files; an application's are not its own
    if (call.after == After::run && definition.system()) TRY(registry::begin_life(call.name));
    const auto key = TRY(checkpoint::key_of_server(std::string(registry::paths::checkpoint_key)));
    TRY(checkpoint::seal(TRY(os::Dir::open(call.directory)), key));
    return stored;
}

// What its reverse removes is ours: another who took the same place at once is told before.
Result<void> take_place(const std::string& directory, registry::Journal& journal) {
    const auto claim = TRY(checkpoint::claim_place(directory));
    TRY(checkpoint::check_free(directory));
    TRY(journal.will(reverse::remove_checkpoint(directory)));
    (void)TRY(checkpoint::make_directory(directory));
    return {};
}

Result<void> must_be_running(const std::string& name) {
    if (!registry::alive(name).init) return not_active(name);
    if (is_paused(name))
        return Error{Kind::busy,
                     cat("Workload partition ", name,
                         " is Paused: a checkpoint of it is stored already; resumewpar ", name,
                         " lets it go on")};
    return {};
}

Result<void> check(const CheckpointCall& call, const spec::Definition& definition) {
    if (!definition.general.checkpointable) return not_checkpointable(definition);
    (void)TRY(checkpoint::criu_program());
    TRY(check_checkpoint_place(call.directory));
    TRY(checkpoint::check_free(call.directory));
    return check_room(call.directory, call.name);
}

// Without trying: all that would stand in the way.
struct Verdict {
    std::vector<std::string> reasons = {};  // why this machine, or this WPAR as it is, cannot
    std::vector<checkpoint::Blocker> blockers = {};
    bool good() const { return reasons.empty() && blockers.empty(); }
};
Result<Verdict> verdict_on(const std::string& name) {
    TRY(must_be_running(name));
    Verdict verdict;
    const auto criu = checkpoint::check_criu(checkpoint::find_criu());
    if (!criu.usable) verdict.reasons.push_back(checkpoint::unusable(criu).text);
    verdict.blockers = TRY(blockers_now(name));
    return verdict;
}

Result<void> describe(const CheckpointCall& call, const Observer& observer) {
    // a checkpoint under way has its processes in its hands, and they would be told as traced
    if (const auto other = registry::holder(call.name))
        return Error{Kind::busy,
                     cat("Workload partition ", call.name, " is being worked on: ", other->verb,
                         ", process ", other->pid, "; ask again when that has ended")};
    const auto verdict = TRY(verdict_on(call.name));
    for (const auto& reason : verdict.reasons) observer.tell(cat("chkptwpar: ", reason));
    for (const auto& one : verdict.blockers)
        observer.tell(cat("chkptwpar: ", checkpoint::shown(one)));
    if (verdict.good()) {
        observer.tell(cat("chkptwpar: workload partition ", call.name, " can be checkpointed."));
        return {};
    }
    return Error{Kind::busy,
                 cat("Workload partition ", call.name, " cannot be checkpointed as it is now.")};
}

void tell_end(const CheckpointCall& call, const Stored& stored, const Observer& observer) {
    if (call.after != After::run && !stored.connections)
        observer.tell_warning(
            "it uses the global network: its connections do not outlive its processes");
    observer.tell(cat("Workload partition ", call.name, " stored in '", call.directory, "'."));
    observer.tell_detail(
        cat("Its processes stood still for ", stored.stood.lasted.count(), " ms."));
}

}  // namespace

// Root inside a WPAR must not reach what CRIU writes as root here, and our own directories go with their WPARs.
Result<void> check_checkpoint_place(const std::string& directory) {
    const auto refuse = [&](std::string_view whose) {
        return Error{Kind::denied,
                     cat("'", printable(directory), "' lies below '", whose,
                         "', which a workload partition reaches or Corral clears; name a "
                         "directory elsewhere")};
    };
    if (os::is_below(directory, registry::paths::checkpoints)) return {};
    for (const auto place : {registry::paths::definitions, registry::paths::storage,
                             registry::paths::runtime, registry::paths::base})
        if (os::is_below(directory, place)) return refuse(place);
    for (const auto& name : TRY(registry::names())) {
        const auto definition = registry::load(name);
        if (!definition) continue;
        if (definition->system() && os::is_below(directory, definition->directory()))
            return refuse(definition->directory());
        for (const auto& mount : definition->mounts)
            if (mount.dev.starts_with('/') && os::is_below(directory, mount.dev) &&
                mount.dev != "/")
                return refuse(mount.dev);
    }
    return {};
}

Result<void> prepare_store(const std::string& directory) {
    TRY(os::remove_tree(directory));
    (void)TRY(checkpoint::make_directory(directory));
    return {};
}

Result<std::uint64_t> store_round(const std::string& name, const std::string& directory,
                                  unsigned number) {
    const auto init = TRY(running_init(name));
    const auto image = TRY(os::Dir::open(directory));
    return dump_memory({init.id.pid, image, number});
}

Result<Stood> store_for_move(const StoreCall& call) {
    const auto& name = call.definition.name();
    const auto found = TRY(settled_blockers(name));
    if (!found.empty()) return stands_in_the_way(name, found);
    return TRY(write_image({.definition = call.definition,
                            .directory = call.directory,
                            .after = After::pause,
                            .rounds = call.rounds}))
        .stood;
}

Result<void> checkpoint(const CheckpointCall& call, const Manner& manner) {
    begin_operation(manner);
    TRY(registry::load(call.name));
    if (manner.dry_run) return describe(call, manner.observer);
    const auto lock =
        TRY(registry::AdminLock::take({.name = call.name, .verb = std::string(checkpoint_verb)}));
    TRY(recover(call.name, manner.observer));
    TRY(must_be_running(call.name));
    const auto definition = TRY(registry::load_loaded(call.name));
    TRY(check(call, definition));
    const auto found = TRY(settled_blockers(call.name));
    if (!found.empty()) return stands_in_the_way(call.name, found);
    manner.observer.tell(cat("Storing workload partition '", call.name, "'."));
    Stored stored;
    TRY(journaled({call.name, registry::Lifetime::persistent},
                  [&](registry::Journal& journal) -> Result<void> {
                      TRY(take_place(call.directory, journal));
                      if (call.after != After::run) TRY(journal.will(reverse::resume(call.name)));
                      stored = TRY(store(call, definition, manner.observer));
                      return {};
                  }));
    tell_end(call, stored, manner.observer);
    registry::record(
        {registry::Severity::info, "chkptwpar", call.name, cat("stored in ", call.directory)});
    if (call.after != After::kill) return {};
    return end_locked(definition, {.command = "chkptwpar", .forced = true}, manner.observer);
}

}  // namespace partition::mobility
