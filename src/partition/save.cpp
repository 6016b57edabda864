#include "partition/save.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <thread>

#include "os/dir.h"
#include "pack/pack.h"
#include "partition/backup_data.h"
#include "partition/backup_output.h"
#include "partition/recover.h"
#include "partition/stillness.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition {
namespace {

std::string exclude_file(const std::string& name) { return cat("/etc/exclude.", name); }

// A pattern a line, as grep takes them; empty lines would match everything.
Result<std::vector<std::string>> excluded(const SaveCall& call) {
    std::vector<std::string> patterns;
    if (!call.exclude) return patterns;
    const auto path = exclude_file(call.name);
    const auto text = TRY(os::read_file(path).within("-e"));
    for (auto& pattern : split(text, '\n'))
        if (!trim(pattern).empty()) patterns.push_back(std::move(pattern));
    return patterns;
}

Result<pack::Request> request_for(const SaveCall& call, const BackupTree& tree) {
    pack::Request request;
    request.enter = tree.enter;
    request.patterns = TRY(excluded(call));
    request.time = std::time(nullptr);
    request.level = call.compress ? call.level : 0;
    request.threads = std::max(1U, std::thread::hardware_concurrency());
    request.attributes = call.attributes;
    return request;
}

std::string share_of(std::uint64_t part, std::uint64_t whole) {
    return cat(whole == 0 ? 100 : std::min<std::uint64_t>(100, part * 100 / whole), "%");
}

pack::Watch watch_for(std::uint64_t& names, const Observer& observer) {
    pack::Watch watch;
    watch.counted = [&](std::uint64_t counted) {
        names = counted;
        observer.tell(cat("Backing up ", counted, " files"));
    };
    watch.progress = [&](std::uint64_t files, std::uint64_t bytes) {
        observer.tell_progress(cat(files, " of ", names, " files, ", bytes >> 20, " MB (",
                                   share_of(files, names), ")"));
    };
    return watch;
}

void tell_changed(const pack::Packed& packed, const Observer& observer) {
    for (const auto& path : packed.changed)
        observer.tell_warning(cat("'", printable(path), "' was written to while it was read"));
    if (packed.all_changed > packed.changed.size())
        observer.tell_warning(
            cat(packed.all_changed - packed.changed.size(), " more files were written to"));
}

// What is read while nothing of it runs, or while it stands still, or while it runs.
Result<pack::Packed> read_tree(const SaveCall& call, const spec::Definition& definition,
                               const BackupOutput& output, const Observer& observer) {
    const bool running = registry::alive(call.name).any();
    const auto tree = TRY(open_backup_tree(definition, running, call.scope));
    BackupFacts facts{.grade = running ? Grade::fuzzy : Grade::cold, .time = std::time(nullptr)};
    std::optional<Stillness> still;
    if (running && call.still) {
        still.emplace(TRY(Stillness::begin(call.name)));
        facts.grade = Grade::frozen;
    }
    auto request = TRY(request_for(call, tree));
    request.front = TRY(backup_front(definition, facts));
    const auto spool = TRY(pack::make_spool());
    std::uint64_t names = 0;
    observer.tell("Creating list of files to back up");
    const auto packed =
        TRY(pack::pack({request, tree.root.fd(), output.fd(), spool.get()}, watch_for(names, observer)));
    if (still)
        observer.tell(cat("savewpar: ", call.name, " stood still for ",
                          TRY(still->end()).count(), " ms."));
    observer.tell(cat(packed.files, " of ", packed.files + packed.unchanged, " files backed up (100%)"));
    observer.tell_detail(cat("consistency: ", word(facts.grade)));
    tell_changed(packed, observer);
    return packed;
}

}  // namespace

Result<void> save(const SaveCall& call, const Manner& manner) {
    begin_operation(manner);
    const auto definition = TRY(registry::load(call.name));
    if (!definition.system())
        return Error{Kind::invalid, cat(call.name,
                                        " is an application workload partition; its files are the "
                                        "global environment's, back them up there")};
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "save"}));
    TRY(recover(call.name, manner.observer));
    auto output = TRY(BackupOutput::open(call.output));
    manner.observer.tell(
        cat("Creating information file (/image.data) for ", call.name, "."));
    manner.observer.tell("");
    const auto packed = TRY(read_tree(call, definition, output, manner.observer));
    TRY(output.finish());
    registry::record({registry::Severity::info, "savewpar", call.name,
                      cat("backed up, ", packed.files, " files, digest ", packed.digest)});
    manner.observer.tell("0512-038 savewpar: Backup Completed Successfully.");
    return {};
}

}  // namespace partition
