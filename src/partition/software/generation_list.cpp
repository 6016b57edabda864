#include "partition/software/generation_list.h"

#include <sys/stat.h>

#include <algorithm>

#include "generation/compare.h"
#include "generation/store.h"
#include "partition/generation_digest.h"
#include "partition/generations.h"
#include "partition/recover.h"
#include "registry/events.h"
#include "registry/journal.h"
#include "rootpart/tree.h"

namespace partition::software {
namespace {

using Uses = std::vector<GenerationUse>;

std::vector<std::string> users_of(const Uses& uses, unsigned number) {
    for (const auto& use : uses)
        if (use.number == number) return use.wpars;
    return {};
}

Result<std::uint64_t> disk_of(const generation::Record& record) {
    const auto site = generation_site();
    if (record.form != generation::Form::erofs)
        return TRY(rootpart::measure_tree(
                       TRY(os::Dir::open(generation::tree_of(site, record.number)))))
            .bytes;
    struct stat image = {};
    const auto path = generation::image_of(site, record.number);
    if (::stat(path.c_str(), &image) != 0) return Error::os(errno, "stat", path);
    return static_cast<std::uint64_t>(image.st_blocks) * 512;
}

Result<std::vector<unsigned>> chosen(const RemoveGenerations& call, const Uses& uses) {
    if (!call.unused) return call.numbers;
    auto all = TRY(generation::numbers(generation_site()));
    std::erase_if(all, [&](unsigned number) { return !users_of(uses, number).empty(); });
    return all;
}

Result<void> must_be_free(unsigned number, const Uses& uses) {
    (void)TRY(generation::load(generation_site(), number));
    const auto users = users_of(uses, number);
    if (users.empty()) return {};
    return Error{Kind::busy, cat("generation ", number, " is used by ", join(users, ", "),
                                 "; it can go when they are removed, or share another: chwpar -M "
                                 "directory=/usr dev=generation:N")};
}

Result<void> remove_one(unsigned number, const Observer& observer) {
    TRY(registry::pause_point());
    TRY(generation::remove(generation_site(), number));
    registry::record(
        {registry::Severity::info, "generation", "-", cat("removed generation ", number)});
    observer.tell(cat("Removed generation ", number, "."));
    return {};
}

Result<os::Dir> open_tree(unsigned number) {
    return number == live ? os::Dir::open("/") : open_generation(number);
}

os::Dir below(const os::Dir& tree, const std::string& name) {
    auto found = tree.beneath(name);
    return found ? *std::move(found) : os::Dir();
}

}  // namespace

Result<std::vector<ListedGeneration>> list_generations() {
    const auto uses = TRY(generation_uses());
    std::vector<ListedGeneration> all;
    for (const auto number : TRY(generation::numbers(generation_site()))) {
        ListedGeneration one;
        one.record = TRY(generation::load(generation_site(), number));
        one.disk = TRY(disk_of(one.record));
        one.wpars = users_of(uses, number);
        all.push_back(std::move(one));
    }
    return all;
}

Result<void> remove_generations(const RemoveGenerations& call, const Manner& manner) {
    begin_operation(manner);
    const auto& observer = manner.observer;
    UniqueFd lock;
    if (!manner.dry_run) lock = TRY(generation::lock(generation_site()));
    const auto uses = TRY(generation_uses());
    const auto numbers = TRY(chosen(call, uses));
    for (const auto number : numbers) TRY(must_be_free(number, uses));
    if (numbers.empty()) observer.tell("There is no generation that nobody uses.");
    if (!manner.dry_run) TRY(release_generations());
    for (const auto number : numbers)
        if (manner.dry_run)
            observer.tell(cat("corral: would remove generation ", number, "."));
        else
            TRY(remove_one(number, observer));
    return {};
}

Result<GenerationDifference> compare_generations(const CompareGenerations& call) {
    const auto before = TRY(open_tree(call.before));
    const auto after = TRY(open_tree(call.after));
    GenerationDifference difference;
    difference.packages = generation::changes(generation::packages_of(package_status(before)),
                                              generation::packages_of(package_status(after)));
    if (!call.files && !difference.packages.empty()) return difference;
    for (const std::string name : {"usr", "opt"})
        TRY(generation::compare_trees(below(before, name), below(after, name), cat("/", name),
                                      [&](char sign, const std::string& path) {
                                          difference.files.push_back({sign, path});
                                      }));
    return difference;
}

}  // namespace partition::software
