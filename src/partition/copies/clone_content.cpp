#include "partition/copies/clone_content.h"

#include <fcntl.h>

#include <atomic>
#include <mutex>
#include <optional>

#include "filesystem/attach.h"
#include "filesystem/checks.h"
#include "filesystem/clone.h"
#include "filesystem/durable.h"
#include "filesystem/overlay.h"
#include "os/interrupt.h"
#include "partition/content.h"
#include "partition/delivered.h"
#include "partition/generations.h"
#include "partition/reverse.h"
#include "partition/stillness.h"
#include "partition/storage.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "rootpart/identity.h"
#include "rootpart/tree.h"

namespace partition::copies {
namespace {

using filesystem::FileSystem;
using registry::Journal;

// One line for many files; the threads that copy call it.
class Progress {
  public:
    Progress(const Observer& observer, std::string what)
        : observer_(observer), what_(std::move(what)) {}
    void count() {
        constexpr unsigned step = 1000;
        const auto now = ++files_;
        if (now % step != 0) return;
        const std::lock_guard lock(mutex_);
        observer_.tell_progress(cat("clonewpar: ", what_, ": ", now, " files"));
    }

  private:
    const Observer& observer_;
    std::string what_;
    std::atomic<std::uint64_t> files_ = 0;
    std::mutex mutex_;
};

Result<void> clone_twin(const ClonePlan& plan, const ClonePair& pair, Journal& journal) {
    const auto from = *filesystem::disk_of(pair.from);
    const auto to = *filesystem::disk_of(pair.to);
    TRY(journal.will(reverse::remove_file_system(plan.clone, to.directory)));
    if (pair.to.type == filesystem::Type::overlay) TRY(filesystem::create_overlay_around(pair.to));
    std::optional<filesystem::Frozen> frozen;
    if (filesystem::is_image(from) && TRY(filesystem::is_in_use(from))) {  // LVM freezes by itself
        TRY(journal.will(reverse::thaw_file_system(plan.original, from.directory)));
        frozen.emplace(TRY(filesystem::Frozen::begin(from)));
    }
    return filesystem::clone({from, to, &os::interrupt_flag()});
}

Result<void> give_own_identity(const FileSystem& twin) {
    TRY(filesystem::own_identity(*filesystem::disk_of(twin)));
    if (twin.type != filesystem::Type::overlay) return {};
    return filesystem::settle_twin(twin);
}

// The index holds names of files in `upper`, so both are one tree; the kernel's workshop it makes itself.
Result<void> copy_store(const ClonePlan& plan, const ClonePair& pair, Journal& journal) {
    const auto& [from, to] = pair;
    TRY(journal.will(reverse::remove_file_system(plan.clone, to.directory)));
    TRY(filesystem::create(to));
    const auto skips = [](const std::string& path) {
        return path == "lower" || path == "work/work";
    };
    return rootpart::copy_tree(TRY(filesystem::open_store(from)), TRY(filesystem::open_store(to)),
                               {.shown = from.directory,
                                .stop = &os::interrupt_flag(),
                                .threads = 2,
                                .extent = rootpart::Extent::whole,
                                .skips = skips});
}

Result<void> copy_tree(const ClonePlan& plan, const CloneTree& tree, const Observer& observer) {
    const auto& directory = tree.from.directory;
    const auto from = TRY(open_original(plan, tree.from));
    const os::Dir to(TRY(TRY(os::Dir::open(plan.clone.directory()))
                             .open_file({.path = cat(".", directory),
                                         .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                         .no_symlinks = true})),
                     global_path(plan.clone, directory));
    Progress progress(observer, directory);
    const auto skips = [&](const std::string& path) {
        progress.count();
        return is_left_out(tree, path);
    };
    return rootpart::copy_tree(from, to,
                               {.shown = directory == "/" ? "" : directory,
                                .stop = &os::interrupt_flag(),
                                .threads = 2,
                                .extent = rootpart::Extent::whole,
                                .skips = skips});
}

Result<void> make_places(const ClonePlan& plan, Journal& journal) {
    TRY(journal.will(reverse::remove_base(plan.clone)));
    TRY(filesystem::make_base(plan.clone.directory()));
    for (const auto& wanted : plan.made) {
        TRY(journal.will(reverse::remove_file_system(plan.clone, wanted.directory)));
        TRY(filesystem::create(wanted).within("-M directory=", wanted.directory));
    }
    return {};
}

Result<void> mount_all(const ClonePlan& plan, Journal& journal) {
    for (const auto& pair : plan.twins)
        TRY(give_own_identity(pair.to).within("file system '", pair.to.directory, "'"));
    TRY(journal.will(reverse::unmount(plan.clone)));
    return mount_file_systems(plan.clone, {.to_populate = true});
}

// A tree may land in a twin, which has to be mounted for that.
Result<void> take_all(const ClonePlan& plan, Journal& journal, const Observer& observer) {
    for (const auto& pair : plan.twins)
        TRY(clone_twin(plan, pair, journal).within(pair.to.directory));
    for (const auto& pair : plan.stores)
        TRY(copy_store(plan, pair, journal).within(pair.to.directory));
    TRY(journal.will(reverse::forget_delivered(plan.clone.name())));
    TRY(copy_delivered(plan.original.name(), plan.clone.name()));
    if (plan.trees.empty()) return {};
    TRY(mount_all(plan, journal));
    for (const auto& tree : plan.trees) TRY(copy_tree(plan, tree, observer));
    return {};
}

// What is written already need not be written while it stands still.
Result<std::chrono::milliseconds> take_still(const ClonePlan& plan, Journal& journal,
                                             const Observer& observer) {
    const auto& name = plan.original.name();
    TRY(filesystem::make_durable(plan.original.directory(), registry::paths::images(name)));
    auto still = TRY(Stillness::begin(name));
    TRY(take_all(plan, journal, observer));
    return still.end();
}

}  // namespace

Result<std::chrono::milliseconds> take_content(const ClonePlan& plan, Journal& journal,
                                               const Observer& observer) {
    std::chrono::milliseconds lasted = {};
    TRY(make_places(plan, journal));
    if (registry::alive(plan.original.name()).init)
        lasted = TRY(take_still(plan, journal, observer));
    else
        TRY(take_all(plan, journal, observer));
    if (plan.trees.empty()) TRY(mount_all(plan, journal));
    return lasted;
}

Result<void> give_identity(const ClonePlan& plan, bool copy_name_resolution) {
    const auto former = population(plan.original);
    auto now = population(plan.clone);
    now.copy_name_resolution = copy_name_resolution;
    const auto target = TRY(os::Dir::open(plan.clone.directory()));
    const auto software = TRY(is_private(plan.clone, "/usr") ? os::Dir::open(target.path())
                                                             : open_source(plan.clone));
    return rootpart::renew_identity({TRY(os::Dir::open("/")), software, target, former, now});
}

}  // namespace partition::copies
