#include "doctor/keepers.h"

#include <ctime>

#include "os/dir.h"
#include "partition/start.h"
#include "partition/state.h"
#include "partition/unrecorded.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "session/keeper.h"

namespace doctor {
namespace {

constexpr std::int64_t long_time =
    600;  // a mkwpar with everything private takes less than two minutes

// An application WPAR is held by its wparexec, which listens to nobody.
std::optional<Error> silence_of(const Known& known) {
    if (!known.system() || !known.alive.keeper) return std::nullopt;
    const auto run = os::Dir::open(registry::paths::run(known.name));
    auto link = run ? session::KeeperLink::connect(*run) : run.error();
    const auto state = link ? link->ping() : link.error();
    if (state) return std::nullopt;
    return state.error();
}

Hold hold_of(const Survey& survey, const Known& known) {
    Hold hold = {.name = known.name, .system = known.system(), .alive = known.alive};
    if (!survey.root || known.in_operation) return hold;
    const auto status = partition::status_of(known.name);
    hold.frozen = status.state == registry::State::frozen;
    hold.image = status.image;
    hold.lost = !status.image.empty() && !os::exists(status.image);
    hold.awaits_init = partition::awaits_init(known.name);
    hold.unrecorded = !known.alive.any() && partition::runs_unrecorded(known.name);
    hold.silent = silence_of(known);
    return hold;
}

Finding unrecorded(const std::string& name) {
    auto finding = finding_of(Severity::error, {Kind::busy, partition::unrecorded_reason(name)});
    finding.subject = name;
    return finding;
}

bool is_stopped(pid_t process) {
    const auto stat = os::read_file(cat("/proc/", process, "/stat"));
    const auto end = stat ? stat->rfind(')') : std::string::npos;
    return end != std::string::npos && stat->compare(end, 3, ") T") == 0;
}

// Nothing is wrong with these, but somebody may have forgotten them.
std::optional<Finding> standing(const Hold& hold) {
    const auto& name = hold.name;
    if (hold.lost)
        return Finding{Severity::warning,
                       cat(name, " is paused, but what was stored of it in '",
                           printable(hold.image), "' is not there any more"),
                       cat("let it go on: resumewpar ", name), name};
    if (!hold.image.empty())
        return Finding{Severity::note, cat(name, " is paused; stored in ", printable(hold.image)),
                       cat("resumewpar ", name, ", or killwpar ", name), name};
    if (hold.frozen)
        return Finding{Severity::note, cat(name, " is frozen: nothing in it runs"),
                       cat("corral thaw ", name), name};
    if (hold.awaits_init)
        return Finding{Severity::note, cat(name, " is loaded and waits for its first process"),
                       cat("startwpar -2 ", name), name};
    return std::nullopt;
}

}  // namespace

Report judge_keepers(const std::vector<Hold>& holds) {
    Report report;
    std::size_t held = 0;
    for (const auto& hold : holds) {
        if (hold.alive.keeper) ++held;
        if (auto finding = standing(hold)) report.add(*std::move(finding));
        if (hold.unrecorded)
            report.add(unrecorded(hold.name));
        else if (hold.silent)
            report.add(
                {Severity::warning,
                 cat("the keeper of ", hold.name, " does not answer: ", hold.silent->text),
                 cat("end it (its process id is in ", registry::paths::keeper(hold.name),
                     ") with kill -9, then give ", hold.name, " a new one: startwpar ", hold.name),
                 hold.name});
        else if (hold.system && hold.alive.init && !hold.alive.keeper)
            report.add(
                {Severity::warning, cat(hold.name, " is active, but its keeper has ended"),
                 cat("startwpar ", hold.name, " gives it a new one, and changes nothing else"),
                 hold.name});
        else if (hold.alive.keeper && !hold.alive.init && !hold.awaits_init)
            report.add({Severity::note,
                        cat(hold.name, " is loaded for maintenance, without processes"),
                        {},
                        hold.name});
    }
    report.state = cat(held, held == 1 ? " keeper" : " keepers");
    return report;
}

Report judge_operations(const std::vector<Busy>& busy) {
    Report report;
    for (const auto& one : busy) {
        const auto what =
            cat("operation '", printable(one.verb), "' (process ", one.process, ") on ", one.name);
        if (one.stopped)
            report.add({Severity::warning, cat(what, " is stopped by a signal"),
                        cat("kill -CONT ", one.process), one.name});
        else if (one.seconds > long_time)
            report.add({Severity::warning,
                        cat(what, " takes ", one.seconds / 60, " minutes already"),
                        cat("look what it waits for: ps -f --pid ", one.process,
                            "; when it is killed, the next command takes back what it did"),
                        one.name});
    }
    report.state =
        busy.empty() ? std::string("none in progress") : cat(busy.size(), " in progress");
    return report;
}

Report look_at_keepers(const Survey& survey) {
    std::vector<Hold> holds;
    for (const auto& known : survey.wpars) holds.push_back(hold_of(survey, known));
    auto report = judge_keepers(holds);
    if (!survey.root) report.add(root_only("whether keepers answer"));
    return report;
}

Report look_at_operations(const Survey& survey) {
    std::vector<Busy> busy;
    const auto now = static_cast<std::int64_t>(std::time(nullptr));
    for (const auto& name : survey.in_operation)
        if (const auto operation = registry::holder(name); operation && operation->pid != 0)
            busy.push_back({name, operation->verb, operation->pid, now - operation->start,
                            is_stopped(operation->pid)});
    auto report = judge_operations(busy);
    if (!survey.root) report.add(root_only("who works on a workload partition"));
    return report;
}

}  // namespace doctor
