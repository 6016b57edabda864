#include "partition/reverse.h"

#include <fcntl.h>
#include <stdio.h>

#include <array>
#include <cerrno>

#include "checkpoint/image.h"
#include "filesystem/attach.h"
#include "filesystem/clone.h"
#include "filesystem/durable.h"
#include "filesystem/grow.h"
#include "filesystem/overlay.h"
#include "os/dir.h"
#include "partition/change.h"
#include "partition/change_mounts.h"
#include "partition/delivered.h"
#include "partition/generations.h"
#include "partition/live.h"
#include "partition/live_mounts.h"
#include "partition/move_stay.h"
#include "partition/pause.h"
#include "partition/release.h"
#include "partition/removal.h"
#include "partition/stillness.h"
#include "partition/storage.h"
#include "partition/swap.h"
#include "registry/events.h"
#include "registry/moves.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "session/keeper.h"
#include "spec/file.h"

namespace partition {
namespace {

using Arguments = std::vector<std::string>;
using registry::Record;

Result<void> remove_base(const Arguments& given, const Reversing&) {
    // one that was there, empty, before us stays
    TRY(given[1] == "existed" ? os::empty_directory(given[0]) : os::remove_tree(given[0]));
    return filesystem::make_removal_durable(given[0]);
}

Result<void> remove_images(const Arguments& given, const Reversing&) {
    const auto images = registry::paths::images(given[0]);
    TRY(os::remove_tree(images));
    return filesystem::make_removal_durable(images);
}

Result<void> remove_file_system(const Arguments& given, const Reversing&) {
    const auto definition = TRY(spec::parse(given[0], "journal"));
    for (const auto& wanted : TRY(file_systems(definition)))
        if (wanted.directory == given[1]) {
            TRY(filesystem::remove(wanted));
            TRY(filesystem::forget(wanted));
        }
    return {};
}

// Given the definitions from before and after.
Result<void> change_mounts_back(const Arguments& given, const Reversing&) {
    const auto before = TRY(spec::parse(given[0], "journal"));
    if (!registry::alive(before.name()).any()) return {};
    const auto after = TRY(spec::parse(given[1], "journal"));
    return partition::change_mounts(after, before, {.lazy = true, .undoing = true});
}

Result<void> reduce_backing(const Arguments& given, const Reversing&) {
    const auto definition = TRY(spec::parse(given[0], "journal"));
    for (const auto& wanted : TRY(file_systems(definition)))
        if (const auto disk = filesystem::disk_of(wanted); disk && wanted.directory == given[1])
            TRY(filesystem::reduce_backing(*disk));
    return {};
}

Result<void> rename_volume_back(const Arguments& given, const Reversing&) {
    const auto before = TRY(spec::parse(given[0], "journal"));
    const auto after = TRY(spec::parse(given[1], "journal"));
    return rename_volume(after, before, given[2]);
}

Result<void> write_lower(const Arguments& given, const Reversing&) {
    const auto before = TRY(spec::parse(given[0], "journal"));
    for (const auto& one : TRY(file_systems(before)))
        if (one.directory == given[1]) TRY(filesystem::write_lower(one));
    return {};
}

Result<void> unmount(const Arguments& given, const Reversing& how) {
    TRY(filesystem::unmount_all(given[0], {.lazy = how.forced}));
    return release_generations();  // killed between its mounting and what it was mounted for
}

Result<void> thaw_file_system_again(const Arguments& given, const Reversing&) {
    const auto definition = TRY(spec::parse(given[0], "journal"));
    for (const auto& one : TRY(file_systems(definition)))
        if (const auto disk = filesystem::disk_of(one); disk && one.directory == given[1])
            return filesystem::thaw(*disk);
    return {};
}

Result<void> erase_definition(const Arguments& given, const Reversing&) {
    return registry::erase(given[0]);
}

Result<void> restore_definition(const Arguments& given, const Reversing&) {
    const auto before = TRY(spec::parse(given[0], "journal"));
    // an application's went with it
    if (!before.system() && !os::exists(registry::paths::run(before.name()))) return {};
    return registry::save(before);
}

Result<void> rename_back(const Arguments& given, const Reversing&) {
    if (!os::exists(given[0])) return {};  // it was never renamed
    if (::renameat2(AT_FDCWD, given[0].c_str(), AT_FDCWD, given[1].c_str(), RENAME_NOREPLACE) == 0)
        return {};
    return Error::os(errno, "rename", given[0]);
}

// From whatever state the killed change left: a host name that differs from all makes sure it is set again.
Result<void> apply_live_again(const Arguments& given, const Reversing&) {
    const auto before = TRY(spec::parse(given[0], "journal"));
    if (!registry::alive(before.name()).init) return {};
    auto unknown = before;
    unknown.general.hostname = "-";
    unknown.resources.totalProcesses = "999999";
    unknown.resources.procVirtMem = "999T";
    unknown.resources.pct_pinMem = "99%";
    unknown.resources.pct_msgIDs = "99%";
    unknown.resources.totalPTYs = "999999";
    unknown.resources.active = true;
    unknown.networks.clear();
    auto done = partition::apply_live(unknown, before);
    if (done || done.error().kind != Kind::busy) return done;
    // what was given for a moment is in use already: nothing of it can be taken while the WPAR runs
    auto roomier = before;
    const auto after = TRY(spec::parse(given[1], "journal"));
    roomier.resources.memory = after.resources.memory;
    roomier.resources.totalVirtMem = after.resources.totalVirtMem;
    TRY(partition::apply_live(unknown, roomier));
    registry::record({registry::Severity::warning, "recover", before.name(),
                      cat("the limit of memory holds from the next start: ", done.error().text)});
    return {};
}

Result<void> release_again(const Arguments& given, const Reversing& how) {
    const auto key = static_cast<std::uint32_t>(to_number(given[2]).value_or(0));
    return partition::release({given[0], given[1], key}, {.forced = how.forced});
}

Result<void> drop_wanted_again(const Arguments& given, const Reversing&) {
    return partition::drop_wanted(given[0]);
}

Result<void> forget_delivered_again(const Arguments& given, const Reversing&) {
    return partition::forget_delivered(given[0]);
}

Result<void> thaw_again(const Arguments& given, const Reversing&) {
    return partition::thaw(given[0]);
}

Result<void> resume_again(const Arguments& given, const Reversing&) {
    return partition::go_on(given[0]);
}

Result<void> stay_again(const Arguments& given, const Reversing&) {
    return partition::stay(given[0]);
}

Result<void> withdraw_arrived_again(const Arguments& given, const Reversing&) {
    return registry::withdraw_arrived(given[0]);
}

struct Reverse {
    std::string_view verb;
    std::size_t arguments;
    Result<void> (*run)(const Arguments&, const Reversing&);
};
Result<void> remove_checkpoint_again(const Arguments& given, const Reversing&) {
    return checkpoint::remove_directory(given[0]);
}

constexpr std::array reverses = {
    Reverse{"remove-base", 2, remove_base},
    Reverse{"remove-images", 1, remove_images},
    Reverse{"remove-file-system", 2, remove_file_system},
    Reverse{"unmount", 1, unmount},
    Reverse{"thaw-file-system", 2, thaw_file_system_again},
    Reverse{"erase-definition", 1, erase_definition},
    Reverse{"erase-unless-saved", 1, erase_definition},
    Reverse{"restore-definition", 1, restore_definition},
    Reverse{"apply-live", 2, apply_live_again},
    Reverse{"change-mounts", 2, change_mounts_back},
    Reverse{"reduce-backing", 2, reduce_backing},
    Reverse{"rename-volume-back", 3, rename_volume_back},
    Reverse{"rename-back", 2, rename_back},
    Reverse{"write-lower", 2, write_lower},
    Reverse{"drop-wanted", 1, drop_wanted_again},
    Reverse{"forget-delivered", 1, forget_delivered_again},
    Reverse{"stay", 1, stay_again},
    Reverse{"thaw", 1, thaw_again},
    Reverse{"resume", 1, resume_again},
    Reverse{"remove-checkpoint", 1, remove_checkpoint_again},
    Reverse{"withdraw-arrived", 1, withdraw_arrived_again},
    Reverse{"release", 3, release_again},
    Reverse{"release-unless-held", 3, release_again},
};

bool is(const Record& record, std::string_view verb, std::size_t arguments) {
    return record.reverse == verb && record.arguments.size() == arguments;
}
bool removes(const Record& record) { return is(record, "finish-removal", 2); }
bool changes(const Record& record) { return is(record, "finish-change", 2); }
bool swaps(const Record& record) { return is(record, "finish-swap", 2); }

// Not the lock alone: whoever makes a keeper has that too, and a keeper answers only once it holds the WPAR.
bool is_held(const std::string& name) {
    const auto run = os::Dir::open(registry::paths::run(name));
    if (!run) return false;
    auto link = session::KeeperLink::connect(*run);
    return link && link->ping();
}

Record release_record(std::string_view verb, const spec::Definition& definition) {
    const auto traces = traces_of(definition);
    return {std::string(verb), {traces.name, traces.base, cat(traces.key)}};
}

}  // namespace

namespace reverse {

Record remove_base(const spec::Definition& definition) {
    const auto base = definition.directory();
    return {"remove-base", {base, os::exists(base) ? "existed" : "new"}};
}
Record remove_images(const std::string& name) { return {"remove-images", {name}}; }
Record remove_file_system(const spec::Definition& definition, const std::string& directory) {
    return {"remove-file-system", {spec::write(definition), directory}};
}
Record unmount(const spec::Definition& definition) { return {"unmount", {definition.directory()}}; }
Record thaw_file_system(const spec::Definition& definition, const std::string& directory) {
    return {"thaw-file-system", {spec::write(definition), directory}};
}
Record erase_definition(const std::string& name) { return {"erase-definition", {name}}; }
Record erase_unless_saved(const std::string& name) { return {"erase-unless-saved", {name}}; }
Record restore_definition(const spec::Definition& definition) {
    return {"restore-definition", {spec::write(definition)}};
}
Record apply_live(const spec::Definition& before, const spec::Definition& after) {
    return {"apply-live", {spec::write(before), spec::write(after)}};
}
Record change_mounts(const spec::Definition& before, const spec::Definition& after) {
    return {"change-mounts", {spec::write(before), spec::write(after)}};
}
Record reduce_backing(const spec::Definition& before, const std::string& directory) {
    return {"reduce-backing", {spec::write(before), directory}};
}
Record rename_volume_back(const spec::Definition& before, const spec::Definition& after,
                          const std::string& directory) {
    return {"rename-volume-back", {spec::write(before), spec::write(after), directory}};
}
Record write_lower(const spec::Definition& before, const std::string& directory) {
    return {"write-lower", {spec::write(before), directory}};
}
Record rename_back(const std::string& from, const std::string& to) {
    return {"rename-back", {from, to}};
}
Record withdraw_arrived(const std::string& name) { return {"withdraw-arrived", {name}}; }
Record remove_checkpoint(const std::string& directory) {
    return {"remove-checkpoint", {directory}};
}
Record stay(const std::string& name) { return {"stay", {name}}; }
Record thaw(const std::string& name) { return {"thaw", {name}}; }
Record resume(const std::string& name) { return {"resume", {name}}; }
Record drop_wanted(const std::string& name) { return {"drop-wanted", {name}}; }
Record forget_delivered(const std::string& name) { return {"forget-delivered", {name}}; }
Record release(const spec::Definition& definition) { return release_record("release", definition); }
Record release_unless_held(const spec::Definition& definition) {
    return release_record("release-unless-held", definition);
}
Record finish_removal(const spec::Definition& definition, bool preserve) {
    return {"finish-removal", {spec::write(definition), preserve ? "preserve" : "all"}};
}
Record finish_change(const spec::Definition& before, const spec::Definition& after) {
    return {"finish-change", {spec::write(before), spec::write(after)}};
}
Record finish_swap(const spec::Definition& before, const spec::Definition& after) {
    return {"finish-swap", {spec::write(before), spec::write(after)}};
}
Record renamed_from(const std::string& name) { return {"renamed-from", {name}}; }

}  // namespace reverse

Result<void> run_reverse(const Record& record, const Reversing& how) {
    for (const auto& known : reverses)
        if (is(record, known.verb, known.arguments)) return known.run(record.arguments, how);
    return {};  // "broken" tells of an earlier try
}

bool is_complete(const Record& record) {
    if (is(record, "release-unless-held", 3)) return is_held(record.arguments[0]);
    // what one that arrives was loaded with is no definition yet
    return is(record, "erase-unless-saved", 1) &&
           os::exists(registry::paths::definition(record.arguments[0]));
}

Result<bool> is_passed(const Record& record) {
    if (!changes(record)) return removes(record) || swaps(record);
    const auto after = TRY(spec::parse(record.arguments[1], "journal"));
    const auto saved = registry::load(after.name());
    if (!saved) return false;
    const auto before = TRY(spec::parse(record.arguments[0], "journal"));
    return spec::write(*saved) == spec::write(after) || is_reached(before, after, *saved);
}

Result<void> finish(const Record& record, const Reversing& how) {
    const auto first = TRY(spec::parse(record.arguments[0], "journal"));
    if (changes(record)) {
        const auto after = TRY(spec::parse(record.arguments[1], "journal"));
        for (const auto& failure : TRY(partition::finish_change(first, after)))
            registry::record({registry::Severity::error, "recover", after.name(), failure.text});
        return {};
    }
    if (swaps(record))
        return partition::finish_swap({first, TRY(spec::parse(record.arguments[1], "journal"))}, {},
                                      how.forced);
    return partition::finish_removal(
        first, {.preserve = record.arguments[1] == "preserve", .forced = how.forced});
}

std::optional<std::string> renamed_to(const Record& record) {
    if (!changes(record)) return std::nullopt;
    const auto after = spec::parse(record.arguments[1], "journal");
    if (!after) return std::nullopt;
    return after->name();
}

std::optional<std::string> renamed_from(const Record& record) {
    if (!is(record, "renamed-from", 1)) return std::nullopt;
    return record.arguments[0];
}

}  // namespace partition
