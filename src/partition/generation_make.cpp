#include "partition/generation_make.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "base/options.h"
#include "base/size.h"
#include "base/undo.h"
#include "filesystem/checks.h"
#include "filesystem/overlay.h"
#include "generation/image.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "os/lock.h"
#include "partition/generation_digest.h"
#include "partition/generations.h"
#include "partition/recover.h"
#include "partition/storage.h"
#include "registry/events.h"
#include "registry/journal.h"
#include "registry/paths.h"
#include "rootpart/populate.h"
#include "spec/generation.h"

namespace partition {
namespace {

using generation::Form;
using generation::Record;

Error at_work() {
    return {Kind::busy,
            "dpkg is at work: the global environment's software changes right now; try again when "
            "it is done"};
}

// dpkg and its front ends hold these while they work.
Result<void> refuse_while_dpkg_works() {
    for (const auto* lock : {"/var/lib/dpkg/lock", "/var/lib/dpkg/lock-frontend"})
        if (os::is_locked(std::string(lock), 0)) return at_work();
    return {};
}

// Asked for real, with one file: what a file system can, its name does not tell (xfs made without reflink), and /usr may
// lie on another one.
bool can_share_blocks() {
    const auto scratch = cat(registry::paths::generations, "/.new/scratch");
    const UniqueFd from(::open("/usr/bin/env", O_RDONLY | O_CLOEXEC));
    const UniqueFd to(
        ::open(scratch.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    const bool shared = from && to && ::ioctl(to.get(), FICLONE, from.get()) == 0;
    (void)::unlink(scratch.c_str());  // the folder goes, or is filled, as a whole
    return shared;
}

Result<Form> choose_form(const MakeGeneration& call) {
    const bool shares = can_share_blocks();
    if (call.form == Form::reflink && !shares)
        return Error{
            Kind::unsupported,
            cat("'", registry::paths::generations,
                "' cannot share blocks with /usr: that takes btrfs, or xfs with reflink=1, "
                "and both on one file system; use -k erofs or -k copy")};
    if (call.form == Form::erofs) TRY(generation::check_image_support().within("-k erofs"));
    if (call.form) return *call.form;
    if (shares) return Form::reflink;
    return generation::check_image_support() ? Form::erofs : Form::copy;
}

// What a copy needs at most; an image becomes about half of it, reflinks next to nothing.
Result<void> check_room(Form form, const SoftwareDigest& software) {
    constexpr std::uint64_t root_part = 32 << 20;
    filesystem::Space need = {software.bytes + root_part, software.files};
    if (form == Form::reflink) need.bytes = root_part + software.files * 512;
    if (form == Form::erofs) need = {software.bytes * 6 / 10 + root_part, 4096};
    return filesystem::check_space(std::string(registry::paths::generations), need)
        .within("a generation");
}

rootpart::Options neutral(bool with_software) {
    rootpart::Options options;
    options.private_usr = options.private_opt = with_software;
    options.hostname = "localhost";
    options.stop = &os::interrupt_flag();
    return options;
}

Result<void> fill(const std::string& folder, Form form, const Observer& observer) {
    const auto tree = cat(folder, "/tree");
    TRY(os::make_dir(tree, 0755));
    rootpart::Observer watch;
    watch.placed = [&](std::string_view member) {
        observer.tell_progress(cat("copying ", member.substr(1)));
    };
    TRY(rootpart::populate(TRY(os::Dir::open("/")), TRY(os::Dir::open(tree)),
                           neutral(form != Form::erofs), watch));
    if (form != Form::erofs) return {};
    observer.tell_progress("compressing /usr and /opt");
    generation::ImageWish wish = {.tree = tree, .image = cat(folder, "/image.erofs")};
    for (const auto* name : {"usr", "opt"})
        if (os::exists(cat("/", name))) wish.bound.emplace_back(cat("/", name), name);
    TRY(generation::make_image(wish));
    return os::remove_tree(tree);
}

Record record_of(Form form, const SoftwareDigest& software) {
    return {.date = std::time(nullptr),
            .form = form,
            .packages = software.package_count,
            .package_digest = software.packages,
            .content_digest = software.content,
            .files = software.files,
            .bytes = software.bytes};
}

// The copy is good only if nothing changed while it was made: what changed meanwhile is in it half.
Result<Record> try_once(const MakeGeneration& call, const Observer& observer) {
    TRY(refuse_while_dpkg_works());
    const auto global = TRY(os::Dir::open("/"));
    observer.tell_progress("looking at the global environment");
    const auto before = TRY(digest_software(global));
    const auto folder = TRY(generation::begin_new(generation_site()));
    Undo undo;
    undo.add([&] { (void)os::remove_tree(folder); });  // the first failure is what matters
    TRY(registry::pause_point());
    const auto form = TRY(choose_form(call));
    TRY(check_room(form, before));
    TRY(fill(folder, form, observer));
    TRY(registry::pause_point());
    observer.tell_progress("looking whether anything changed meanwhile");
    if (TRY(digest_software(global)) != before)
        return Error{Kind::busy,
                     "the global environment's /usr, /opt or /etc changed while they were copied"};
    observer.tell_progress("writing to disk");
    const auto made = TRY(generation::publish(generation_site(), record_of(form, before)));
    TRY(registry::pause_point());
    return made;
}

Result<Record> make_under_lock(const MakeGeneration& call, const Observer& observer) {
    constexpr int tries = 3;
    auto made = try_once(call, observer);
    for (int more = 1; more < tries && !made && made.error().kind == Kind::busy; ++more) {
        TRY(refuse_while_dpkg_works());
        observer.tell_warning(cat(made.error().shown(), "; trying again"));
        made = try_once(call, observer);
    }
    if (!made && made.error().kind == Kind::busy)
        return Error{Kind::busy,
                     cat(made.error().text, "; try again when nobody installs or edits there")};
    return made;
}

std::string described(const Record& record) {
    return cat("generation ", record.number, " (", record.packages, " packages, ", record.files,
               " files, ", record.bytes >> 20, " MB, ", generation::word(record.form), ")");
}

Result<std::optional<Record>> level_one() {
    const auto numbers = TRY(generation::numbers(generation_site()));
    if (numbers.empty()) return std::optional<Record>();
    const auto newest = TRY(generation::load(generation_site(), numbers.back()));
    const auto now = TRY(digest_software(TRY(os::Dir::open("/"))));
    if (newest.package_digest != now.packages || newest.content_digest != now.content)
        return std::optional<Record>();
    return std::optional(newest);
}

Result<Record> level_or_new(const Observer& observer) {
    if (const auto level = TRY(level_one())) return *level;
    observer.tell("Making a new generation of the global environment's software...");
    const auto made = TRY(make_under_lock({}, observer).within("new generation"));
    observer.tell(cat("Made ", described(made), "."));
    registry::record(
        {registry::Severity::info, "mkwpar", "-", cat("made generation ", made.number)});
    return made;
}

bool is_open(const spec::Mount& mount) {
    return spec::generation_of(mount.dev) == spec::newest_generation;
}

// What is kept was written over one generation, and fits no other.
Result<void> settle_kept(spec::Definition& definition) {
    if (!definition.general.preserve) return {};
    const auto all = TRY(file_systems(definition));
    for (auto& mount : definition.mounts)
        for (const auto& one : all)
            if (is_open(mount) && one.directory == mount.directory &&
                one.type == filesystem::Type::overlay && filesystem::is_created(one))
                mount.dev = TRY(filesystem::lower_of_overlay(one));
    return {};
}

void settle(spec::Definition& definition, unsigned number) {
    for (auto& mount : definition.mounts)
        if (is_open(mount)) mount.dev = spec::generation_dev(number);
}

// What is shared of one can only be read, and the definition says so.
void make_read_only(spec::Definition& definition) {
    for (auto& mount : definition.mounts) {
        if (!spec::generation_of(mount.dev) || mount.vfs == "overlay") continue;
        if (!has_option(mount.mountopts, "ro"))
            mount.mountopts += mount.mountopts.empty() ? "ro" : ",ro";
    }
}

bool has_open(const spec::Definition& definition) {
    return std::any_of(definition.mounts.begin(), definition.mounts.end(), is_open);
}

// One of another form is not what was asked for.
Result<std::optional<Record>> reusable(const MakeGeneration& call) {
    if (call.force) return std::optional<Record>();
    auto level = TRY(level_one());
    if (level && call.form && *call.form != level->form) level.reset();
    return level;
}

Result<void> foresee_creation(const MakeGeneration& call, const Observer& observer) {
    if (const auto level = TRY(reusable(call)))
        observer.tell(cat("corral: ", described(*level), " is level with the global environment."));
    else
        observer.tell(cat("corral: would make generation ",
                          TRY(generation::next_number(generation_site())), "."));
    return {};
}

}  // namespace

Result<void> create_generation(const MakeGeneration& call, const Manner& manner) {
    begin_operation(manner);
    const auto& observer = manner.observer;
    if (manner.dry_run) return foresee_creation(call, observer);
    const auto lock = TRY(generation::lock(generation_site()));
    if (const auto level = TRY(reusable(call))) {
        observer.tell(
            cat("The global environment has not changed since ", described(*level), " was made."));
        return {};
    }
    const auto made = TRY(make_under_lock(call, observer));
    registry::record(
        {registry::Severity::info, "generation", "-", cat("made generation ", made.number)});
    observer.tell(cat("Made ", described(made), "."));
    return {};
}

Result<bool> newest_is_level() { return TRY(level_one()).has_value(); }

Result<Settled> settle_generations(spec::Definition definition, const Observer& observer) {
    Settled settled;
    settled.definition = std::move(definition);
    if (spec::generations_of(settled.definition).empty()) return settled;
    make_read_only(settled.definition);
    settled.lock = TRY(generation::lock(generation_site()));
    TRY(settle_kept(settled.definition));
    if (has_open(settled.definition))
        settle(settled.definition, TRY(level_or_new(observer)).number);
    return settled;
}

Result<spec::Definition> foresee_generations(spec::Definition definition,
                                             const Observer& observer) {
    make_read_only(definition);
    TRY(settle_kept(definition));
    if (!has_open(definition)) return definition;
    if (const auto level = TRY(level_one()))
        settle(definition, level->number);
    else
        observer.tell("mkwpar: would make a new generation of the global environment's software.");
    return definition;
}

}  // namespace partition
