#include "partition/reverse.h"

#include <fcntl.h>
#include <stdio.h>

#include <array>
#include <cerrno>

#include "filesystem/attach.h"
#include "os/dir.h"
#include "partition/keeper.h"
#include "partition/live.h"
#include "partition/release.h"
#include "partition/removal.h"
#include "partition/storage.h"
#include "registry/events.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/file.h"

namespace partition {
namespace {

using Arguments = std::vector<std::string>;
using registry::Record;

Result<void> remove_base(const Arguments& given) {
    // one that was there, empty, before us stays
    return given[1] == "existed" ? os::empty_directory(given[0]) : os::remove_tree(given[0]);
}

Result<void> remove_file_system(const Arguments& given) {
    const auto definition = TRY(spec::parse(given[0], "journal"));
    for (const auto& wanted : TRY(file_systems(definition)))
        if (wanted.directory == given[1]) TRY(filesystem::remove(wanted));
    return {};
}

Result<void> unmount(const Arguments& given) { return filesystem::unmount_all(given[0]); }

Result<void> erase_definition(const Arguments& given) { return registry::erase(given[0]); }

Result<void> restore_definition(const Arguments& given) {
    return registry::save(TRY(spec::parse(given[0], "journal")));
}

Result<void> rename_back(const Arguments& given) {
    if (!os::exists(given[0])) return {};  // it was never renamed
    if (::renameat2(AT_FDCWD, given[0].c_str(), AT_FDCWD, given[1].c_str(), RENAME_NOREPLACE) == 0)
        return {};
    return Error::os(errno, "rename", given[0]);
}

// From whatever state the killed change left: a host name that differs from all makes sure it is set again.
Result<void> apply_live_again(const Arguments& given) {
    const auto before = TRY(spec::parse(given[0], "journal"));
    if (!registry::alive(before.name()).init) return {};
    auto unknown = before;
    unknown.general.hostname = "-";
    unknown.resources.totalProcesses = "999999";
    unknown.networks.clear();
    return partition::apply_live(unknown, before);
}

Result<void> release_again(const Arguments& given) {
    return release({given[0], given[1], static_cast<std::uint32_t>(to_number(given[2]).value_or(0))});
}

Result<void> finish(const Arguments& given) {
    return finish_removal(TRY(spec::parse(given[0], "journal")), {.preserve = given[1] == "preserve"});
}

struct Reverse {
    std::string_view verb;
    std::size_t arguments;
    Result<void> (*run)(const Arguments&);
};
constexpr std::array reverses = {
    Reverse{"remove-base", 2, remove_base},
    Reverse{"remove-file-system", 2, remove_file_system},
    Reverse{"unmount", 1, unmount},
    Reverse{"erase-definition", 1, erase_definition},
    Reverse{"restore-definition", 1, restore_definition},
    Reverse{"apply-live", 1, apply_live_again},
    Reverse{"rename-back", 2, rename_back},
    Reverse{"release", 3, release_again},
    Reverse{"finish-removal", 2, finish},
};

Result<void> run_reverse(const Record& record) {
    for (const auto& known : reverses)
        if (known.verb == record.reverse && known.arguments == record.arguments.size())
            return known.run(record.arguments);
    return {};  // "broken" tells of an earlier try; a line cut short was never followed by its step
}

// Backwards, past failures; the journal goes only when nothing is left.
Result<void> roll_back(const std::string& name, const std::string& path) {
    const auto records = TRY(registry::read_journal(path));
    if (!records) return {};
    Result<void> first;
    for (auto record = records->rbegin(); record != records->rend(); ++record) {
        auto done = run_reverse(*record);
        if (!done && first) first = std::move(done);
    }
    if (first) return registry::remove_journal(path);
    (void)registry::mark_broken(name, first.error().text);  // the failure itself is what matters
    registry::record({registry::Severity::error, "recover", name, first.error().text});
    return first.error().within(cat("workload partition ", name, " is Broken"));
}

std::string journal_path(const Journaled& how) {
    return how.lifetime == registry::Lifetime::persistent
               ? registry::paths::journal(how.name)
               : registry::paths::volatile_journal(how.name);
}

}  // namespace

namespace reverse {

Record remove_base(const spec::Definition& definition) {
    const auto base = definition.directory();
    return {"remove-base", {base, os::exists(base) ? "existed" : "new"}};
}
Record remove_file_system(const spec::Definition& definition, const std::string& directory) {
    return {"remove-file-system", {spec::write(definition), directory}};
}
Record unmount(const spec::Definition& definition) { return {"unmount", {definition.directory()}}; }
Record erase_definition(const std::string& name) { return {"erase-definition", {name}}; }
Record restore_definition(const spec::Definition& definition) {
    return {"restore-definition", {spec::write(definition)}};
}
Record apply_live(const spec::Definition& definition) {
    return {"apply-live", {spec::write(definition)}};
}
Record rename_back(const std::string& from, const std::string& to) {
    return {"rename-back", {from, to}};
}
Record release(const spec::Definition& definition) {
    const auto traces = traces_of(definition);
    return {"release", {traces.name, traces.base, cat(traces.key)}};
}
Record finish_removal(const spec::Definition& definition, bool preserve) {
    return {"finish-removal", {spec::write(definition), preserve ? "preserve" : "all"}};
}

}  // namespace reverse

Result<void> journaled(const Journaled& how,
                       const std::function<Result<void>(registry::Journal&)>& steps) {
    auto journal = TRY(registry::Journal::begin(how.name, how.lifetime));
    auto done = steps(journal);
    if (done) return journal.done();
    const auto undone = roll_back(how.name, journal_path(how));
    if (undone) return done;
    auto error = done.error();
    error.text += cat("\n", undone.error().text, "; rmwpar -F ", how.name, " removes what is left");
    return error;
}

Result<void> recover(const std::string& name, const Observer& observer) {
    for (const auto& path : {registry::paths::volatile_journal(name), registry::paths::journal(name)}) {
        if (!os::exists(path)) continue;
        observer.tell_detail(cat("recovering what an earlier operation on ", name, " left"));
        TRY(roll_back(name, path));
        registry::record({registry::Severity::warning, "recover", name,
                          "an earlier operation was killed; what it left has been cleaned up"});
    }
    const auto lives = registry::alive(name);
    if (lives.init && !lives.keeper) return adopt(name);
    if (!lives.any() && os::exists(registry::paths::run(name))) return release(traces_of(name));
    return {};
}

}  // namespace partition
