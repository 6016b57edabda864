#include "partition/mobility/execute.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "network/network.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/mobility/application.h"
#include "partition/mobility/checkpoint.h"
#include "partition/mobility/resume_application.h"
#include "partition/move_stay.h"
#include "partition/prepare.h"
#include "partition/recover.h"
#include "partition/wishes.h"
#include "registry/events.h"
#include "registry/ids.h"
#include "registry/lock.h"
#include "registry/moves.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "session/protocol.h"
#include "spec/check.h"
#include "spec/command.h"
#include "spec/file.h"

namespace partition::mobility {
namespace {

constexpr std::size_t longest_name = 25;  // bytes, as on AIX

std::string name_after(const std::string& program) {
    return spec::usable_name(std::string_view(program).substr(program.rfind('/') + 1));
}

Result<void> check_program(const std::string& program) {
    struct stat found = {};
    if (::stat(program.c_str(), &found) != 0) return Error::os(errno, "command", program);
    if (S_ISDIR(found.st_mode))
        return Error{Kind::invalid, cat("command '", printable(program), "' is a directory")};
    if (::access(program.c_str(), X_OK) != 0)
        return Error{Kind::denied, cat("command '", printable(program),
                                       "' cannot be executed; make it executable with chmod +x")};
    return {};
}

bool taken(const std::string& name) {
    if (registry::holder(name) || os::exists(registry::paths::definition(name))) return true;
    return registry::alive(name)
        .any();  // what a killed wparexec left is cleaned up by whoever takes its name
}

std::string free_name(const std::string& wanted) {
    if (!taken(wanted)) return wanted;
    for (unsigned number = 1;; ++number) {
        const auto suffix = std::to_string(number);
        auto name = wanted.substr(0, longest_name - suffix.size()) + suffix;
        if (!taken(name)) return name;
    }
}

struct Claimed {
    registry::AdminLock lock;
    std::string name;
};

// A default name gives way to whoever took it first; a name that was asked for does not.
Result<Claimed> claim_name(const spec::Definition& definition, const std::string& program,
                           const Observer& observer) {
    const bool chosen = !definition.name().empty();
    for (;;) {
        auto name = chosen ? definition.name() : free_name(name_after(program));
        auto lock = registry::AdminLock::take(
            {.name = name, .verb = "start", .patience = std::chrono::seconds(chosen ? 10 : 0)});
        if (!lock && !chosen && lock.error().kind == Kind::busy) continue;
        if (!lock) return lock.error();
        TRY(recover(name, observer));
        if (!registry::defined(name)) {
            TRY(forget_ended_move(name, observer));
            return Claimed{std::move(*lock), std::move(name)};
        }
        if (chosen)
            return Error{Kind::exists, cat("A workload partition called ", name,
                                           " exists already; choose another name with -n")};
    }
}

Result<spec::Definition> complete(const ExecuteCall& call) {
    auto definition = call.definition;
    definition.general.type = spec::Type::application;
    const auto command = TRY(spec::parse_command(definition.general.application));
    TRY(check_program(command.arguments.front()));
    if (!definition.networks.empty()) TRY(complete_networks(definition));
    if (call.interval.count() != 0) definition.general.checkpointable = true;
    if (definition.general.checkpointable && definition.general.xwparipc)
        return Error{Kind::invalid,
                     "-x shares semaphores and memory with others, which cannot be stored for one "
                     "alone; leave out -x or -c"};
    return definition;
}

// What is made of one that can be stored must be there again another time.
Result<session::Pipes> streams_of(const spec::Definition& definition) {
    if (!definition.general.checkpointable) return session::Pipes();
    return session::Pipes::plan();
}

Result<int> run(const spec::Definition& definition, std::optional<registry::AdminLock> lock,
                const Observer& observer) {
    Application application = {.definition = definition, .streams = TRY(streams_of(definition))};
    return run_application(application, std::move(lock), observer);
}

// A later --resume could not tell whose they are.
Result<void> must_be_none(const SeriesPlan& plan) {
    const auto found = TRY(checkpoints_in(plan.directory));
    if (found.empty()) return {};
    return Error{Kind::exists,
                 cat("'", found.front(), "' is a checkpoint of an earlier ", plan.name,
                     "; go on from it with --resume, or remove '", plan.directory, "'")};
}

// With checkpoints, from the last of which it goes on when that is wished.
Result<int> run_in_series(const ExecuteCall& call, const spec::Definition& definition,
                          registry::AdminLock lock, const Observer& observer) {
    const SeriesPlan plan = {
        .name = definition.name(),
        // a directory for each name: nobody removes another's
        .directory = cat(
            call.checkpoints.empty() ? std::string(registry::paths::checkpoints) : call.checkpoints,
            "/", definition.name()),
        .interval = call.interval};
    TRY(check_checkpoint_place(plan.directory));
    if (!call.resume) TRY(must_be_none(plan));
    auto last = call.resume ? TRY(last_checkpoint(plan.directory, definition, observer))
                            : std::optional<StoredImage>();
    auto series = TRY(Series::begin(plan));
    if (last) last->definition.resources = definition.resources;
    if (last)
        return resume_application({.image = *last, .cut = true, .series = std::move(series)},
                                  std::move(lock), observer);
    Application application = {.definition = definition,
                               .streams = TRY(streams_of(definition)),
                               .series = std::move(series)};
    return run_application(application, std::move(lock), observer);
}

Result<int> define(const spec::Definition& definition, const Observer& observer) {
    if (!definition.networks.empty()) {
        auto probe =
            TRY(network::DuplicateProbe::send(network_site(), TRY(network_wish(definition))));
        TRY(probe.finish());
    }
    TRY(registry::save_persistent(definition));
    registry::record({registry::Severity::info, "wparexec", definition.name(), "created"});
    observer.tell(cat("Workload partition ", definition.name(),
                      " is defined; run it with startwpar ", definition.name()));
    return 0;
}

void describe(const ExecuteCall& call, const spec::Definition& definition,
              const Observer& observer) {
    observer.tell(cat("wparexec: would ", call.only_define ? "define " : "run ",
                      definition.general.application, " in workload partition ", definition.name(),
                      "."));
}

}  // namespace

bool is_defined_application(const std::string& name) {
    if (!registry::is_persistent(name)) return false;
    const auto definition = registry::load_general(name);
    return definition && !definition->system();
}

Result<int> execute_defined(const std::string& name, const Manner& manner) {
    begin_operation(manner);
    auto definition = TRY(registry::load(name));
    if (manner.dry_run) {
        describe({}, definition, manner.observer);
        return 0;
    }
    os::catch_interrupts({session::protocol::stop_signal});
    auto lock = TRY(registry::AdminLock::take({.name = name, .verb = "start"}));
    TRY(recover(name, manner.observer));
    definition = TRY(registry::load(name));
    TRY(registry::must_be_here(name));
    if (registry::alive(name).any())
        return Error{Kind::busy, cat("Workload partition ", name, " is active already.")};
    const auto command = TRY(spec::parse_command(definition.general.application));
    TRY(check_program(command.arguments.front()));
    return run(definition, std::move(lock), manner.observer);
}

Result<int> execute(const ExecuteCall& call, const Manner& manner) {
    const auto& observer = manner.observer;
    auto definition = TRY(complete(call));
    const auto program = TRY(spec::parse_command(definition.general.application)).arguments.front();
    if (!call.output.empty() && !manner.dry_run) {
        auto written = definition;
        if (written.name().empty()) written.general.name = name_after(program);
        TRY(spec::check(written));
        TRY(write_specification(written, call.output, call.force));
    }
    if (call.only_write) return 0;
    if (call.resolve_clashes && !definition.name().empty())
        definition.general.name = free_name(definition.name());
    if (manner.dry_run) {
        if (definition.name().empty()) definition.general.name = free_name(name_after(program));
        TRY(spec::check(definition));
        describe(call, definition, observer);
        return 0;
    }
    os::catch_interrupts({session::protocol::stop_signal});
    auto claimed = TRY(claim_name(definition, program, observer));
    definition.general.name = claimed.name;
    TRY(spec::check(definition));
    TRY(reserve_key(definition, claimed.lock));
    if (call.interval.count() != 0)
        return run_in_series(call, definition, std::move(claimed.lock), observer);
    if (!call.only_define) return run(definition, std::move(claimed.lock), observer);
    if (!definition.networks.empty())
        TRY(network::check(network_site(), TRY(network_wish(definition))));
    return define(definition, observer);
}

}  // namespace partition::mobility
