#include "partition/recover.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/generations.h"
#include "partition/keeper.h"
#include "partition/release.h"
#include "partition/reverse.h"
#include "partition/wishes.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "spec/check.h"

namespace partition {
namespace {

using Records = std::vector<registry::Record>;

std::string journal_path(const Journaled& how) {
    return how.lifetime == registry::Lifetime::persistent
               ? registry::paths::journal(how.name)
               : registry::paths::volatile_journal(how.name);
}

struct RollBack {
    std::string name = {};
    std::string path = {};
    bool forced = false;
};

// Backwards, past failures; the journal goes only when nothing is left.
Result<void> undo(const Records& records, const RollBack& what) {
    Result<void> first;
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
        auto done = run_reverse(*record, {.forced = what.forced});
        if (!done && first) first = std::move(done);
    }
    if (first) return registry::remove_journal(what.path);
    (void)registry::mark_broken(what.name,
                                first.error().text);  // the failure itself is what matters
    registry::record({registry::Severity::error, "recover", what.name, first.error().text});
    return first.error().within(cat("workload partition ", what.name, " is Broken"));
}

// A step of no return: what was to follow it is done again, and nothing is taken back.
Result<bool> finish_if_passed(const Records& records, const Reversing& how) {
    for (const auto& record : records)
        if (TRY(is_passed(record))) {
            TRY(finish(record, how));
            return true;
        }
    return false;
}

Result<void> roll_back(const RollBack& what) {
    const auto records = TRY(registry::read_journal(what.path));
    if (!records) return {};
    const auto finished = finish_if_passed(*records, {.forced = what.forced});
    if (!finished) {
        (void)registry::mark_broken(what.name,
                                    finished.error().text);  // the failure itself is what matters
        return finished.error().within(cat("workload partition ", what.name, " is Broken"));
    }
    if (*finished) return registry::remove_journal(what.path);
    return undo(*records, what);
}

// A rename has one journal, under the old name; the new name's only says where it is.
Result<void> recover_rename(const std::string& name, const Records& records, const Recovery& how) {
    std::optional<registry::AdminLock> other;
    for (const auto& record : records) {
        const auto partner = renamed_from(record);
        if (!partner || *partner == name) continue;
        other.emplace(TRY(registry::AdminLock::take(
            {.name = *partner, .verb = "recover", .patience = std::chrono::seconds(2)})));
        TRY(roll_back({*partner, registry::paths::journal(*partner), how.forced}));
    }
    return {};
}

// The one who rolls a rename back holds both names.
Result<std::optional<registry::AdminLock>> lock_new_name(const std::string& name,
                                                         const Records& records) {
    for (const auto& record : records)
        if (const auto wanted = renamed_to(record); wanted && *wanted != name)
            return std::optional(
                TRY(registry::AdminLock::take({.name = *wanted, .verb = "recover"})));
    return std::optional<registry::AdminLock>();
}

Result<void> recover_journal(const std::string& name, const std::string& path,
                             const Recovery& how) {
    const auto records = TRY(registry::read_journal(path));
    if (!records) return {};
    if (std::any_of(records->begin(), records->end(), is_complete))
        return registry::remove_journal(path);
    how.observer.tell_detail(cat("recovering what an earlier operation on ", name, " left"));
    const auto new_name = TRY(lock_new_name(name, *records));
    TRY(recover_rename(name, *records, how));
    TRY(roll_back({name, path, how.forced}));
    for (const auto& record : *records)
        if (const auto wanted = renamed_to(record); wanted && *wanted != name)
            TRY(registry::remove_journal(registry::paths::journal(*wanted)));
    registry::record({registry::Severity::warning, "recover", name,
                      "an earlier operation was killed; what it left has been cleaned up"});
    return {};
}

std::vector<std::string> entries_of(const std::string& folder) {
    const auto opened = os::Dir::open(folder);
    if (!opened) return {};  // nothing was ever made there
    auto entries = opened->entries();
    return entries ? std::move(*entries) : std::vector<std::string>();
}

bool is_no_name(const std::string& name) { return !spec::check_name(name); }

// Sorted, as entries are: all of this is looked at by every command that changes something, with a thousand WPARs as with
// one.
std::vector<std::string> defined_names() {
    constexpr std::string_view suffix = ".cf";
    auto names = entries_of(std::string(registry::paths::definitions));
    std::erase_if(names, [&](const std::string& file) { return !file.ends_with(suffix); });
    for (auto& name : names) name.resize(name.size() - suffix.size());
    // "web.cf" comes after "web-1.cf"
    if (!std::is_sorted(names.begin(), names.end())) std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> without(const std::vector<std::string>& names,
                                 const std::vector<std::string>& others) {
    std::vector<std::string> left;
    std::set_difference(names.begin(), names.end(), others.begin(), others.end(),
                        std::back_inserter(left));
    return left;
}

// Names with a journal, and those without a definition of which something is left all the same.
std::vector<std::string> left_behind() {
    const auto defined = defined_names();
    auto found = registry::journal_names();
    const auto runtime = std::string(registry::paths::runtime);
    for (const auto& folder : {runtime, cat(runtime, "/.lock")})
        for (auto& name : without(entries_of(folder), defined))
            if (!is_no_name(name) && !registry::alive(name).keeper)
                found.push_back(std::move(name));
    std::erase_if(found, is_no_name);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

Result<void> release_ended(const std::string& name, const Recovery& how) {
    auto done = release(traces_of(name), {.forced = how.forced});
    if (done) return done;
    (void)registry::mark_broken(name, done.error().text);  // the failure itself is what matters
    return done.error().within(cat("workload partition ", name, " is Broken"));
}

// Whichever wait a signal cut short: what happens now is a clean-up, and AIX has a message for it.
Error explained(Error error) {
    if (error.kind != Kind::interrupted) return error;
    const auto asked = os::heed_interrupt();
    if (asked) return error;
    error = asked.error();
    error.id = "0960-367";
    return error;
}

Error undone(const Journaled& how, const Error& failure) {
    const auto rolled_back = roll_back({how.name, journal_path(how)});
    auto error = explained(failure);
    if (!rolled_back)
        error.text +=
            cat("\n", rolled_back.error().text, "; rmwpar -F ", how.name, " removes what is left");
    return error;
}

}  // namespace

Result<void> journaled(const Journaled& how,
                       const std::function<Result<void>(registry::Journal&)>& steps) {
    auto journal = TRY(registry::Journal::begin(how.name, how.lifetime));
    const auto done = steps(journal);
    return done ? journal.done() : undone(how, done.error());
}

Result<void> temporarily(const Journaled& how,
                         const std::function<Result<void>(registry::Journal&)>& steps) {
    auto journal = TRY(registry::Journal::begin(how.name, how.lifetime));
    const auto done = steps(journal);
    return done ? roll_back({how.name, journal_path(how)}) : undone(how, done.error());
}

Result<void> recover(const std::string& name, const Recovery& how) {
    TRY(recover_journal(name, registry::paths::volatile_journal(name), how));
    TRY(recover_journal(name, registry::paths::journal(name), how));
    const auto lives = registry::alive(name);
    if (lives.keeper || !os::exists(registry::paths::run(name))) return {};
    const bool system = !traces_of(name).base.empty();
    if (lives.init && system) return adopt(name);  // an application's dies with its wparexec
    return release_ended(name, how);
}

Result<void> recover(const std::string& name, const Observer& observer) {
    return recover(name, Recovery{.observer = observer});
}

void begin_operation(const Manner& manner) {
    if (manner.dry_run) return;
    os::catch_interrupts();
    for (const auto& name : left_behind()) {
        if (registry::broken_reason(name)) continue;
        const auto lock = registry::AdminLock::take(
            {.name = name, .verb = "recover", .patience = std::chrono::milliseconds(0)});
        if (!lock) continue;
        const auto done = recover(name, manner.observer);
        if (!done) manner.observer.tell_warning(done.error().shown());
    }
    const auto cleared = generation::clear_leftovers(generation_site());
    if (!cleared) manner.observer.tell_warning(cleared.error().shown());
    // somebody's "nft flush ruleset" takes the guard of all active WPARs with it
    const auto guarded = network::keep_guard(network_site());
    if (!guarded) manner.observer.tell_warning(guarded.error().shown());
}

}  // namespace partition
