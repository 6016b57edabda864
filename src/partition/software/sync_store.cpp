#include "partition/software/sync_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "os/interrupt.h"
#include "os/real_path.h"
#include "partition/software/same_bytes.h"
#include "rootpart/apply.h"
#include "rootpart/copy.h"
#include "rootpart/inside.h"
#include "rootpart/listing.h"
#include "rootpart/place.h"
#include "rootpart/tree.h"

namespace partition::software {
namespace {

using rootpart::Change;
using What = Change::What;
using rootpart::directory_inside;
using rootpart::directory_of;
using rootpart::name_of;

std::string joined(const std::string& path, const std::string& name) {
    return path.empty() ? name : cat(path, "/", name);
}

bool has_mark(const os::Dir& directory, const char* mark) {
    return ::fgetxattr(directory.fd(), mark, nullptr, 0) >= 0;
}

std::string link_text(const os::Dir& directory, const std::string& name) {
    const auto leads_to = os::read_link(directory.fd(), name);
    return leads_to ? *leads_to : std::string();
}

Result<UniqueFd> open_to_read(const os::Dir& directory, const std::string& name) {
    return directory.open_file({.path = name,
                                .flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
                                .no_symlinks = true});
}

bool same_file(const os::Dir& upper, const struct stat& one, const os::Dir& lower,
               const struct stat& other, const std::string& name) {
    if (one.st_mode != other.st_mode && !S_ISLNK(one.st_mode)) return false;
    if (one.st_uid != other.st_uid || one.st_gid != other.st_gid || one.st_size != other.st_size)
        return false;
    if (S_ISLNK(one.st_mode) && S_ISLNK(other.st_mode))
        return link_text(upper, name) == link_text(lower, name);
    if (!S_ISREG(one.st_mode) || !S_ISREG(other.st_mode)) return false;
    const auto first = open_to_read(upper, name);
    const auto second = open_to_read(lower, name);
    if (!first || !second) return false;
    const auto same = same_bytes(first->get(), second->get(), name);
    return same && *same;
}

// Paths in a list, not calls in calls: how deep it goes is up to the WPAR's root.
class Planner {
  public:
    explicit Planner(const StoreWalk& walk) : walk_(walk) {}

    Result<StorePlan> run() {
        todo_.emplace_back();
        while (!todo_.empty()) {
            const auto next = std::move(todo_.back());
            todo_.pop_back();
            TRY(look(next.path, next.is_bare));
        }
        std::sort(plan_.skipped.begin(), plan_.skipped.end());
        return std::move(plan_);
    }

  private:
    struct Found {
        const os::Dir& upper;
        const os::Dir& lower;
        std::string name = {};
        std::string path = {};
        struct stat written = {};
        std::optional<struct stat> brought = {};  // by the other tree

        bool is_whiteout() const { return S_ISCHR(written.st_mode) && written.st_rdev == 0; }
        bool is_directory() const { return S_ISDIR(written.st_mode); }
        bool hides_directory() const { return brought && S_ISDIR(brought->st_mode); }
    };

    bool is_own(const std::string& path) const {
        return walk_.is_own && walk_.is_own(joined(walk_.shown.substr(1), path));
    }
    bool comes_back(const std::string& path) const { return walk_.restore && !is_own(path); }

    void tell(What what, const std::string& path, std::string_view note) {
        if (!is_own(path))
            plan_.changes.push_back({what, cat(walk_.shown, "/", path), std::string(note)});
    }

    Result<void> look(const std::string& path, bool is_bare) {
        if (os::interrupt_flag()) return Error{Kind::interrupted, "interrupted"};
        const auto upper = TRY(directory_inside(walk_.upper, path));
        const os::Dir nothing;
        auto lower = is_bare ? Result<os::Dir>(Error{Kind::missing, {}})
                             : directory_inside(walk_.lower, path);
        for (const auto& listed : TRY(rootpart::list_directory(upper.fd(), walk_.shown))) {
            Found found = {upper, lower ? *lower : nothing, listed.name, joined(path, listed.name)};
            found.written = TRY(upper.stat(listed.name));
            if (lower)
                if (const auto brought = lower->stat(listed.name)) found.brought = *brought;
            TRY(plan_one(found));
        }
        return {};
    }

    Result<void> plan_one(const Found& found) {
        if (found.is_whiteout()) return plan_whiteout(found);
        if (found.is_directory()) return plan_directory(found);
        plan_file(found);
        return {};
    }

    Result<void> plan_whiteout(const Found& found) {
        if (!found.brought) return {};
        if (comes_back(found.path)) {
            tell(What::added, found.path, "was removed in the workload partition");
            return {};
        }
        plan_.removals.push_back(found.path);
        tell(What::stays_away, found.path,
             "removed in the workload partition; syncwpar -D -F brings it back");
        return {};
    }

    // The kernel marks every directory that is new as hiding what lies below it; where the tree has none there is nothing
    // to hide.
    Result<void> plan_directory(const Found& found) {
        const auto directory = TRY(directory_inside(found.upper, found.name));
        const bool moved = has_mark(directory, "trusted.overlay.redirect");
        const bool hides = has_mark(directory, "trusted.overlay.opaque") && found.hides_directory();
        const bool replaces = found.brought && (moved || hides || !found.hides_directory());
        if (replaces && comes_back(found.path))
            return keep_apart(found, moved || !found.hides_directory());
        if (replaces) {
            plan_.removals.push_back(found.path);
            tell(What::kept, found.path,
                 "another one was made in the workload partition; syncwpar -D -F brings the other "
                 "one back");
        }
        if (moved)
            plan_.wholes.push_back({found.path, found.path});
        else
            todo_.push_back({found.path, replaces || !found.brought});
        return {};
    }

    // Two directories become one.
    Result<void> keep_apart(const Found& found, bool as_a_whole) {
        if (!as_a_whole) {
            tell(What::added, found.path, "what lies in it was hidden in the workload partition");
            todo_.push_back({found.path, false});
            return {};
        }
        plan_.wholes.push_back({found.path, cat(found.path, rootpart::old_beside)});
        tell(What::replaced, found.path, beside(found.path));
        return {};
    }

    std::string beside(const std::string& path) const {
        return cat("the changed one is ", walk_.shown, "/", path, rootpart::old_beside);
    }

    void plan_file(const Found& found) {
        if (!found.brought || S_ISSOCK(found.written.st_mode)) return;
        if (!is_own(found.path) && !found.hides_directory() &&
            same_file(found.upper, found.written, found.lower, *found.brought, found.name)) {
            plan_.skipped.push_back(found.path);
            return;
        }
        if (comes_back(found.path)) {
            const bool file = S_ISREG(found.written.st_mode);
            plan_.skipped.push_back(found.path);
            if (file) plan_.beside.push_back(found.path);
            tell(What::replaced, found.path, file ? beside(found.path) : std::string());
            return;
        }
        if (found.hides_directory()) plan_.removals.push_back(found.path);
        tell(What::kept, found.path,
             "changed in the workload partition; syncwpar -D -F brings the other one back");
    }

    const StoreWalk& walk_;
    struct ToDo {
        std::string path = {};
        bool is_bare = false;  // nothing of the other tree is seen there
    };
    StorePlan plan_;
    std::vector<ToDo> todo_;
};

Result<void> remove_from(const os::Dir& view, const std::string& path) {
    return TRY(directory_inside(view, directory_of(path))).remove(name_of(path));
}

Result<void> place_beside(const os::Dir& upper, const os::Dir& view, const std::string& path) {
    const auto from = TRY(open_to_read(upper, path));
    struct stat found = {};
    if (::fstat(from.get(), &found) != 0) return Error::os(errno, "stat", path);
    const auto folder = TRY(directory_inside(view, directory_of(path)));
    const auto name = cat(name_of(path), rootpart::old_beside);
    if (folder.has(name)) TRY(folder.remove(name));
    const auto to = TRY(folder.open_file({.path = name,
                                          .flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                                          .mode = 0600,
                                          .no_symlinks = true}));
    return rootpart::fill_file(from.get(), to.get(), found, path);
}

Result<void> copy_whole(const os::Dir& seen, const os::Dir& view, const StorePlan::Whole& whole,
                        const std::string& shown) {
    const auto folder = TRY(directory_inside(view, directory_of(whole.to)));
    const auto name = name_of(whole.to);
    if (folder.has(name)) TRY(folder.remove(name));
    TRY(folder.make_dir(name, 0700));
    return rootpart::copy_tree(
        TRY(directory_inside(seen, whole.path)), TRY(directory_inside(folder, name)),
        {.shown = cat(shown, "/", whole.path), .stop = &os::interrupt_flag()});
}

bool contains(const std::vector<std::string>& sorted, const std::string& path) {
    return std::binary_search(sorted.begin(), sorted.end(), path);
}

}  // namespace

Result<StorePlan> plan_store(const StoreWalk& walk) { return Planner(walk).run(); }

Result<void> carry_store(const StorePlan& plan, const StoreWalk& walk, const os::Dir& seen,
                         const os::Dir& view) {
    for (const auto& path : plan.removals) TRY(remove_from(view, path));
    std::vector<std::string> apart;
    for (const auto& whole : plan.wholes) apart.push_back(whole.path);
    std::sort(apart.begin(), apart.end());
    const auto skips = [&](const std::string& path) {
        return contains(plan.skipped, path) || contains(apart, path);
    };
    TRY(rootpart::copy_tree(walk.upper, view,
                            {.shown = walk.shown, .stop = &os::interrupt_flag(), .skips = skips}));
    for (const auto& whole : plan.wholes) TRY(copy_whole(seen, view, whole, walk.shown));
    for (const auto& path : plan.beside) TRY(place_beside(walk.upper, view, path));
    return {};
}

}  // namespace partition::software
