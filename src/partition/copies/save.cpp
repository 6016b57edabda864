#include "partition/copies/save.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <optional>
#include <thread>

#include "os/dir.h"
#include "os/file_status.h"
#include "os/unnamed.h"
#include "pack/pack.h"
#include "partition/copies/backup_data.h"
#include "partition/copies/backup_output.h"
#include "partition/copies/backup_place.h"
#include "partition/copies/backup_source.h"
#include "partition/copies/clone_content.h"
#include "partition/copies/snapshot.h"
#include "partition/recover.h"
#include "partition/stillness.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/state.h"
#include "registry/store.h"
#include "unpack/backup.h"

namespace partition::copies {
namespace {

// A pattern a line, as grep takes them; empty lines would match everything.
Result<std::vector<std::string>> excluded(const SaveCall& call) {
    std::vector<std::string> patterns;
    if (!call.exclude) return patterns;
    const auto text = TRY(os::read_file(cat("/etc/exclude.", call.name)).within("-e"));
    for (auto& pattern : split(text, '\n'))
        if (!trim(pattern).empty()) patterns.push_back(std::move(pattern));
    return patterns;
}

// As the kernel dates files; a tick earlier, since a file may be written to in the same one.
std::int64_t now() {
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t tick = second / 100;
    timespec time = {};
    (void)::clock_gettime(CLOCK_REALTIME_COARSE, &time);
    return time.tv_sec * second + time.tv_nsec - tick;
}

std::string share_of(std::uint64_t part, std::uint64_t whole) {
    return cat(whole == 0 ? 100 : std::min<std::uint64_t>(100, part * 100 / whole), "%");
}

// As restwpar would read it, before it gets its name.
Result<void> check_written(const SaveCall& call, const BackupOutput& output,
                           const Observer& observer) {
    const auto read = TRY(unpack::verify(output.fd())
                              .within("-V: what was written to '", printable(call.output), "'"));
    observer.tell(cat("savewpar: verified ", read.stored_names, " files."));
    return {};
}

// Its name would go to what needs it to be restored.
Result<void> must_not_replace_base(const SaveCall& call) {
    struct stat base = {};
    struct stat there = {};
    if (call.since.empty() || ::stat(call.since.c_str(), &base) != 0 ||
        ::stat(call.output.c_str(), &there) != 0)
        return {};
    if (!os::same_file(base, there)) return {};
    return Error{Kind::invalid, cat("-f and --since name the same file, '", printable(call.output),
                                    "', without which the new backup could not be restored; "
                                    "give it another name")};
}

// One backup: what is asked for, of what, and how it goes.
class Saving {
  public:
    Saving(const SaveCall& call, const spec::Definition& definition, const Observer& observer)
        : call_(call), definition_(definition), observer_(observer) {}

    Result<void> prepare(const BackupOutput& output);
    Result<void> foresee();
    Result<pack::Packed> write(const BackupOutput& output);

  private:
    Result<void> take_base();
    Result<void> leave_out(const BackupOutput& output);
    Result<pack::Packed> write_still(const BackupOutput& output);
    Result<pack::Packed> write_frozen(const BackupOutput& output);
    Result<pack::Packed> write_snapshot(const BackupOutput& output);
    struct Original {  // of a snapshot
        int root = -1;
        std::int64_t moment = 0;  // when its copy was begun
    };
    Result<pack::Packed> write_tree(const BackupTree& tree, const BackupOutput& output,
                                    const Original& original);
    Result<pack::Request> request(const BackupTree& tree);
    pack::Watch watch();
    std::string passing(std::uint64_t files, std::uint64_t bytes) const;
    void tell_still(std::chrono::milliseconds lasted) const;
    void tell_end(const pack::Packed& packed) const;

    const SaveCall& call_;
    const spec::Definition& definition_;
    const Observer& observer_;
    bool running_ = false;
    UniqueFd base_ = UniqueFd();  // the manifest of the backup that this one adds to
    std::vector<std::string> left_out_ = {};
    std::optional<ClonePlan> snapshot_ = {};
    BackupFacts facts_ = {};
    std::uint64_t names_ = 0;
    std::chrono::steady_clock::time_point begun_ = {};
};

// What changed since is found by what its list of files says of each; another WPAR's says nothing of this one's.
Result<void> Saving::take_base() {
    if (call_.since.empty()) return {};
    auto base = TRY(open_backup(call_.since));
    if (base.said.digest.empty())
        return Error{Kind::invalid,
                     "it was made with -p and has no digest, by which the other one would name it; "
                     "make a whole backup without -p first"};
    const auto& of = base.record;
    if (of.uuid != definition_.general.uuid)
        return Error{Kind::invalid,
                     cat("it is a backup of ", of.wpar == call_.name ? "another " : "",
                         printable(of.wpar), ", not of this ", call_.name)};
    facts_.base_digest = base.said.digest;
    base_ = std::move(base.manifest);
    return {};
}

// A backup that holds the one it replaces grows with each, and one that holds itself has no end.
Result<void> Saving::leave_out(const BackupOutput& output) {
    const auto path = TRY(output.path());
    if (path.empty()) return {};
    left_out_ = TRY(names_in_tree(definition_, call_.scope, path));
    for (const auto& name : left_out_)
        observer_.tell_warning(cat("the backup is written to '", printable(name), "' in ",
                                   call_.name, " itself, and is not in it"));
    return {};
}

// The best that the file systems offer.
Result<void> Saving::prepare(const BackupOutput& output) {
    TRY(take_base().within("--since ", printable(call_.since)));
    TRY(leave_out(output));
    running_ = registry::alive(call_.name).any();
    facts_.time = std::time(nullptr);
    facts_.grade = running_ ? Grade::fuzzy : Grade::cold;
    if (!running_ || !call_.still) return {};
    snapshot_ = TRY(plan_snapshot(definition_, call_.scope));
    facts_.grade = snapshot_ ? Grade::snapshot : Grade::frozen;
    return {};
}

Result<pack::Request> Saving::request(const BackupTree& tree) {
    pack::Request request;
    request.enter = tree.enter;
    request.exclude = left_out_;
    request.patterns = TRY(excluded(call_));
    request.time = facts_.time;
    request.level = call_.compress ? call_.level : 0;
    request.threads = std::max(1U, std::thread::hardware_concurrency());
    request.attributes = call_.attributes;
    request.names = call_.names;
    return request;
}

// Files and bytes so far, the rate, and what is left by the share of names.
std::string Saving::passing(std::uint64_t files, std::uint64_t bytes) const {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun_;
    const auto seconds = std::max(spent.count(), 0.001);
    const auto rate = static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds);
    std::string text = cat(files, " of ", names_, " files (", share_of(files, names_), "), ",
                           bytes >> 20, " MB, ", rate >> 20, " MB/s");
    if (files == 0 || files >= names_) return text;
    const auto left = seconds * static_cast<double>(names_ - files) / static_cast<double>(files);
    return cat(text, ", ", static_cast<std::uint64_t>(left) + 1, " s left");
}

pack::Watch Saving::watch() {
    pack::Watch watch;
    watch.counted = [&](std::uint64_t counted) {
        names_ = counted;
        observer_.tell(cat("Backing up ", counted, " files"));
    };
    watch.progress = [&](std::uint64_t files, std::uint64_t bytes) {
        observer_.tell_progress(passing(files, bytes));
    };
    watch.stored = [&](const std::string& path) {
        observer_.tell(path.empty() ? "./" : printable(cat("./", path)));
    };
    return watch;
}

void Saving::tell_still(std::chrono::milliseconds lasted) const {
    observer_.tell(cat("savewpar: ", call_.name, " stood still for ", lasted.count(), " ms."));
}

void Saving::tell_end(const pack::Packed& packed) const {
    observer_.tell(cat(packed.files, " of ", packed.files, " files backed up (100%)"));
    if (base_)
        observer_.tell(cat("savewpar: ", packed.unchanged, " files are as in '",
                           printable(call_.since), "', which this backup needs to be restored."));
    const auto chosen = cat("consistency: ", word(facts_.grade));
    if (call_.still)
        observer_.tell(cat("savewpar: ", chosen));
    else
        observer_.tell_detail(chosen);
    observer_.tell_detail(cat("digest: ", packed.digest));
    if (packed.unfit > 0)
        observer_.tell_warning(
            cat(packed.unfit,
                " files or directories are not in the backup, with all below them: "
                "more than 512 directories deep, a path longer than 4095 bytes, "
                "or larger than 16 TB; the name of the first begins with '",
                printable(packed.first_unfit), "'"));
    for (const auto& path : packed.changed)
        observer_.tell_warning(cat("'", printable(path), "' was written to while it was read"));
    if (packed.all_changed > packed.changed.size())
        observer_.tell_warning(
            cat(packed.all_changed - packed.changed.size(), " more files were written to"));
    if (packed.all_changed > 0)
        observer_.tell_warning(
            "the files named are in the backup as they were found, perhaps half-written; for all "
            "of one moment: savewpar -T");
}

Result<pack::Packed> Saving::write_tree(const BackupTree& tree, const BackupOutput& output,
                                        const Original& original) {
    auto wanted = TRY(request(tree));
    wanted.front = TRY(backup_front(definition_, facts_));
    const auto spool = TRY(os::make_unnamed());
    observer_.tell("Creating list of files to back up");
    begun_ = std::chrono::steady_clock::now();
    wanted.moment = original.moment;
    return pack::pack({.request = wanted,
                       .root = tree.root.fd(),
                       .output = output.fd(),
                       .spool = spool.get(),
                       .witness = original.root,
                       .base = base_.get()},
                      watch());
}

Result<pack::Packed> Saving::write_frozen(const BackupOutput& output) {
    auto still = TRY(Stillness::begin(call_.name));
    auto packed =
        TRY(write_tree(TRY(open_backup_tree(definition_, true, call_.scope)), output, {}));
    tell_still(TRY(still.end()));
    return packed;
}

Result<pack::Packed> Saving::write_snapshot(const BackupOutput& output) {
    const auto& shadow = snapshot_->clone;
    const auto lock = TRY(registry::AdminLock::take({.name = shadow.name(), .verb = "save"}));
    TRY(recover(shadow.name(), observer_));
    pack::Packed packed;
    TRY(temporarily({.name = shadow.name()}, [&](registry::Journal& journal) -> Result<void> {
        const auto moment = now();
        const auto lasted = TRY(take_content(*snapshot_, journal, observer_));
        facts_.still = lasted;
        tell_still(lasted);
        const auto original = TRY(open_backup_tree(definition_, true, call_.scope));
        packed = TRY(write_tree(TRY(open_backup_tree(shadow, true, call_.scope)), output,
                                {original.root.fd(), moment}));
        return {};
    }));
    return packed;
}

// What somebody inside made too deep to be copied must not keep his administrator from a backup of one moment.
Result<pack::Packed> Saving::write_still(const BackupOutput& output) {
    if (facts_.grade == Grade::frozen) return write_frozen(output);
    auto packed = write_snapshot(output);
    if (packed || packed.error().os_number != ENAMETOOLONG) return packed;
    observer_.tell_warning(cat("no snapshot: ", call_.name,
                               " has files whose path is longer than 4095 bytes; it stands still "
                               "while it is read"));
    facts_.grade = Grade::frozen;
    facts_.still = {};
    return write_frozen(output);
}

Result<pack::Packed> Saving::write(const BackupOutput& output) {
    const bool still = facts_.grade == Grade::snapshot || facts_.grade == Grade::frozen;
    auto packed = TRY(
        still ? write_still(output)
              : write_tree(TRY(open_backup_tree(definition_, running_, call_.scope)), output, {}));
    tell_end(packed);
    return packed;
}

Result<void> Saving::foresee() {
    const auto tree = TRY(open_backup_tree(definition_, running_, call_.scope));
    auto wanted = TRY(request(tree));
    wanted.only_count = true;
    auto watched = watch();
    watched.counted = [&](std::uint64_t counted) { names_ = counted; };
    TRY(pack::pack({wanted, tree.root.fd()}, watched));
    observer_.tell(cat("savewpar: would back up ", names_, " files of ", call_.name, " to '",
                       printable(call_.output), "', consistency: ", word(facts_.grade)));
    return {};
}

Result<BackupOutput> open_output(const SaveCall& call) {
    auto output = TRY(BackupOutput::open(call.output));
    if (!call.verify || output.is_file()) return output;
    return Error{Kind::invalid, "-V reads what was written, and needs a file for that (-f)"};
}

Result<void> save_to(BackupOutput& output, const SaveCall& call, const spec::Definition& definition,
                     const Manner& manner) {
    const auto& observer = manner.observer;
    Saving saving(call, definition, observer);
    TRY(saving.prepare(output));
    if (manner.dry_run) return saving.foresee();
    observer.tell(cat("Creating information file (/image.data) for ", call.name, "."));
    observer.tell("");
    const auto packed =
        TRY(saving.write(output).within("backup to '", printable(call.output), "'"));
    if (call.verify) TRY(check_written(call, output, observer));
    TRY(output.finish());
    registry::record({registry::Severity::info, "savewpar", call.name,
                      cat("backed up, ", packed.files, " files, digest ", packed.digest)});
    observer.tell("0512-038 savewpar: Backup Completed Successfully.");
    return {};
}

}  // namespace

Result<void> save_locked(const SaveCall& call, const spec::Definition& definition,
                         const Manner& manner) {
    auto output = TRY(open_output(call));
    return save_to(output, call, definition, manner);
}

Result<void> save(const SaveCall& call, const Manner& manner) {
    begin_operation(manner);
    (void)TRY(load_to_back_up(call.name));
    TRY(must_not_replace_base(call));
    auto output = TRY(open_output(call));
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "save"}));
    TRY(recover(call.name, manner.observer));
    return save_to(output, call, TRY(load_to_back_up(call.name)), manner);
}

}  // namespace partition::copies
