#include "partition/copies/clone_plan.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/size.h"
#include "filesystem/attach.h"
#include "filesystem/checks.h"
#include "filesystem/clone.h"
#include "filesystem/overlay.h"
#include "partition/storage.h"
#include "registry/paths.h"
#include "rootpart/tree.h"

namespace partition::copies {
namespace {

using filesystem::FileSystem;
using filesystem::Type;

const FileSystem* find(const std::vector<FileSystem>& all, const std::string& directory) {
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const FileSystem& one) { return one.directory == directory; });
    return found == all.end() ? nullptr : &*found;
}

bool is_view(const FileSystem* one) { return one != nullptr && one->type == Type::overlay; }
bool is_on_disk(const FileSystem* one) { return one != nullptr && filesystem::on_disk(one->type); }

bool can_have_twin(const FileSystem* from, const FileSystem& to) {
    const auto one = from == nullptr ? std::nullopt : filesystem::disk_of(*from);
    const auto other = filesystem::disk_of(to);
    return one && other && filesystem::can_be_cloned(*one, *other);
}
bool is_files(Type type) { return type == Type::directory || filesystem::on_disk(type); }

Error no_place(const FileSystem& to, std::string_view why) {
    return {Kind::invalid, cat("-M directory=", printable(to.directory), ": ", why,
                               "; leave it as the original has it, and change it later with "
                               "chwpar")};
}

Result<void> check_pair(const FileSystem* from, const FileSystem& to) {
    if (from == nullptr) return {};
    if (is_view(from) != is_view(&to))
        return no_place(to, "a clone writes over what its original writes over");
    if (is_view(from) && from->lower != to.lower)
        return no_place(to, cat("what was written over ", from->lower, " fits no other tree"));
    if (is_files(from->type) && !is_files(to.type))
        return no_place(to, "what the original holds there would be lost");
    return {};
}

Result<void> sort_in(ClonePlan& plan, const FileSystem* from, const FileSystem& to) {
    TRY(check_pair(from, to));
    if (can_have_twin(from, to))
        plan.twins.push_back({*from, to});
    else if (is_view(from))
        plan.stores.push_back({*from, to});
    else if (filesystem::is_made(to.type))
        plan.made.push_back(to);
    return {};
}

bool has_twin(const ClonePlan& plan, const FileSystem& from) {
    return std::any_of(plan.twins.begin(), plan.twins.end(), [&](const ClonePair& pair) {
        return pair.from.directory == from.directory;
    });
}

// What is a plain directory is part of the tree it lies in.
void add_tree(ClonePlan& plan, const FileSystem& from, const std::vector<FileSystem>& all) {
    const bool is_tree = from.directory == "/" || filesystem::on_disk(from.type);
    if (!is_tree || has_twin(plan, from)) return;
    CloneTree tree = {.from = from};
    for (const auto& other : all)
        if (other.type != Type::directory && other.directory != from.directory)
            tree.left_out.push_back(other.directory);
    plan.trees.push_back(std::move(tree));
}

struct Needs {
    filesystem::Space base = {};
    filesystem::Space storage = {};
    std::uint64_t shareable_base = 0;
    std::uint64_t shareable_storage = 0;
};

std::string parent_of(const std::string& path) {
    auto parent = path;
    do parent.resize(parent.rfind('/'));
    while (!parent.empty() && !os::exists(parent));
    return parent.empty() ? "/" : parent;
}

bool same_disk(const std::string& one, const std::string& other) {
    struct stat first = {};
    struct stat second = {};
    return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 &&
           first.st_dev == second.st_dev;
}

Result<void> check_fits(const FileSystem& disk, std::uint64_t bytes, const std::string& content) {
    if (TRY(filesystem::room_in(disk)) >= bytes) return {};
    return Error{Kind::full, cat("-M directory=", disk.directory, " is too small: ", content,
                                 " needs ", (bytes >> 20) + 1, " MB; give at least size=",
                                 filesystem::size_for(disk, bytes) >> 20, "M")};
}

// Of a file system of its own the size is known; the files of others land in the base directory's.
Result<void> add_tree_need(Needs& needs, const ClonePlan& plan, const CloneTree& tree) {
    const auto size = TRY(
        rootpart::measure_tree(TRY(open_original(plan, tree.from)),
                               [&](const std::string& path) { return is_left_out(tree, path); }));
    const auto own = TRY(own_file_system(plan.clone, tree.from.directory));
    if (!own) {
        needs.base.bytes += size.bytes;
        needs.base.files += size.files;
        needs.shareable_base += size.shareable;
        return {};
    }
    TRY(check_fits(*own, size.bytes, tree.from.directory));
    if (filesystem::is_image(*own)) needs.storage.bytes += size.bytes;
    return {};
}

Result<void> add_store_need(Needs& needs, const ClonePair& pair) {
    const auto size = TRY(rootpart::measure_tree(TRY(filesystem::open_store(pair.from))));
    const auto disk = filesystem::disk_of(pair.to);
    if (disk) TRY(check_fits(*disk, size.bytes, pair.to.directory));
    if (disk && !filesystem::is_image(*disk)) return {};
    needs.storage.bytes += size.bytes;
    needs.storage.files += disk ? 0 : size.files;
    if (!disk && !filesystem::disk_of(pair.from)) needs.shareable_storage += size.shareable;
    return {};
}

Result<Needs> needs_of(const ClonePlan& plan) {
    Needs needs;
    for (const auto& tree : plan.trees) TRY(add_tree_need(needs, plan, tree));
    for (const auto& pair : plan.twins) {
        const auto disk = *filesystem::disk_of(pair.from);
        if (!filesystem::is_image(disk)) continue;
        const auto bytes = TRY(filesystem::bytes_of_image(disk));
        needs.storage.bytes += bytes;
        needs.shareable_storage += bytes;
    }
    for (const auto& pair : plan.stores) TRY(add_store_need(needs, pair));
    return needs;
}

Result<void> check_places(const std::string& base, const std::string& storage, const Needs& needs) {
    if (!same_disk(base, storage)) {
        TRY(filesystem::check_space(base, needs.base));
        return filesystem::check_space(storage, needs.storage);
    }
    return filesystem::check_space(
        base, {needs.base.bytes + needs.storage.bytes, needs.base.files + needs.storage.files});
}

// Only when it matters is it asked whether blocks can be shared, which takes a write.
Result<void> check_room(const ClonePlan& plan) {
    auto needs = TRY(needs_of(plan));
    const auto base = parent_of(plan.clone.directory());
    const std::string storage(registry::paths::storage);
    if (check_places(base, storage, needs)) return {};
    if (filesystem::can_share_blocks(parent_of(plan.original.directory()), base))
        needs.base.bytes -= needs.shareable_base;
    if (filesystem::can_share_blocks(storage, storage))
        needs.storage.bytes -= needs.shareable_storage;
    return check_places(base, storage, needs);
}

}  // namespace

Result<ClonePlan> plan_clone(const spec::Definition& original, const spec::Definition& clone) {
    ClonePlan plan = {.original = original, .clone = clone};
    const auto all = TRY(file_systems(original));
    const auto wanted = TRY(file_systems(clone));
    for (const auto& to : wanted) TRY(sort_in(plan, find(all, to.directory), to));
    for (const auto& from : all) add_tree(plan, from, all);
    return plan;
}

Result<void> check_clone(const ClonePlan& plan) {
    for (const auto& pair : plan.twins)
        TRY(filesystem::check_own_identity(*filesystem::disk_of(pair.to))
                .within("-M directory=", pair.to.directory));
    return check_room(plan);
}

bool shares_all(const ClonePlan& plan) {
    const std::string storage(registry::paths::storage);
    bool in_storage = false;
    bool shared = plan.made.empty();
    for (const auto& pair : plan.twins)
        in_storage |= filesystem::is_image(*filesystem::disk_of(pair.from));
    for (const auto& pair : plan.stores) {
        shared &= !filesystem::disk_of(pair.from);
        in_storage = true;
    }
    for (const auto& tree : plan.trees)
        shared &= tree.from.directory == "/" && !is_on_disk(&tree.from);
    if (!shared) return false;
    if (in_storage && !filesystem::can_share_blocks(storage, storage)) return false;
    return plan.trees.empty() || filesystem::can_share_blocks(plan.original.directory(),
                                                              parent_of(plan.clone.directory()));
}

std::vector<std::string> describe(const ClonePlan& plan) {
    std::vector<std::string> lines;
    for (const auto& pair : plan.twins) {
        const auto disk = *filesystem::disk_of(pair.to);
        const auto* what = filesystem::is_image(disk) ? "the blocks of the original's image"
                                                      : "a snapshot of the original's volume";
        lines.push_back(cat(disk.directory, ": ", what, " in ", filesystem::backing(disk)));
    }
    for (const auto& pair : plan.stores)
        lines.push_back(cat(pair.to.directory, ": what the original wrote over ", pair.to.lower));
    for (const auto& one : plan.made)
        lines.push_back(cat(one.directory, ": a new file system in ", filesystem::backing(one)));
    for (const auto& tree : plan.trees)
        lines.push_back(cat(tree.from.directory,
                            ": the original's files, sharing their blocks where the file system "
                            "can"));
    return lines;
}

Result<os::Dir> open_original(const ClonePlan& plan, const FileSystem& from) {
    const auto base = plan.original.directory();
    if (from.directory == "/" && !is_on_disk(&from)) return os::Dir::open(base);
    const auto point = global_path(plan.original, from.directory);
    const auto points = TRY(filesystem::mounts_below(base));
    if (std::find(points.begin(), points.end(), point) != points.end())
        return os::Dir(TRY(TRY(os::Dir::open(base))
                               .open_file({.path = cat(".", from.directory),
                                           .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                           .no_symlinks = true})),
                       point);
    const auto mount = TRY(filesystem::mount_apart(from, "ro"));
    UniqueFd top(::openat(mount.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top) return Error::os(errno, "open", point);
    return os::Dir(std::move(top), point);
}

bool is_left_out(const CloneTree& tree, const std::string& path) {
    const auto whole = cat(tree.from.directory == "/" ? "" : tree.from.directory, "/", path);
    return std::find(tree.left_out.begin(), tree.left_out.end(), whole) != tree.left_out.end();
}

}  // namespace partition::copies
