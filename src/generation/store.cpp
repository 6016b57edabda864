#include "generation/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "os/dir.h"
#include "os/lock.h"

namespace generation {
namespace {

constexpr off_t changing = 0;  // bytes of the lock
constexpr off_t mounting = 1;
constexpr std::string_view unfinished = ".new";
constexpr std::string_view removed = ".old-";
constexpr unsigned largest = 999'999'999;

std::string record_of(const Site& site, unsigned number) {
    return cat(folder_of(site, number), "/record");
}

std::optional<unsigned> as_number(const std::string& name) {
    const auto number = to_number(name);
    if (!number || *number == 0 || *number > largest || name.front() == '0') return std::nullopt;
    return static_cast<unsigned>(*number);
}

bool is_leftover(const std::string& name) {
    return name == unfinished || name.starts_with(removed);
}

Result<void> remove_leftovers(const Site& site) {
    for (const auto& name : TRY(TRY(os::Dir::open(site.store)).entries()))
        if (is_leftover(name)) TRY(os::remove_tree(cat(site.store, "/", name)));
    return {};
}

Result<UniqueFd> open_lock(const Site& site) {
    const auto path = cat(site.store, "/lock");
    UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return Error::os(errno, "open", path);
    return file;
}

Result<void> sync_folder(const std::string& path) {
    const auto folder = TRY(os::Dir::open(path));
    if (::fsync(folder.fd()) == 0 || errno == EINVAL) return {};
    return Error::os(errno, "fsync", path);
}

Result<unsigned> last_number(const Site& site) {
    unsigned last = 0;
    const auto text = os::read_file(cat(site.store, "/last"));
    if (text) last = static_cast<unsigned>(to_number(trim(*text)).value_or(0));
    for (const auto number : TRY(numbers(site))) last = std::max(last, number);
    return last;
}

}  // namespace

std::string folder_of(const Site& site, unsigned number) { return cat(site.store, "/", number); }
std::string tree_of(const Site& site, unsigned number) {
    return cat(folder_of(site, number), "/tree");
}
std::string image_of(const Site& site, unsigned number) {
    return cat(folder_of(site, number), "/image.erofs");
}

Result<std::vector<unsigned>> numbers(const Site& site) {
    std::vector<unsigned> found;
    const auto store = os::Dir::open(site.store);
    if (!store && store.error().kind == Kind::missing) return found;
    if (!store) return store.error();
    for (const auto& name : TRY(store->entries()))
        if (const auto number = as_number(name)) found.push_back(*number);
    std::sort(found.begin(), found.end());
    return found;
}

bool exists(const Site& site, unsigned number) { return os::exists(record_of(site, number)); }

Result<Record> load(const Site& site, unsigned number) {
    const auto path = record_of(site, number);
    const auto text = os::read_file(path);
    if (text) return parse_record(*text).within(path);
    if (text.error().kind != Kind::missing) return text.error();
    std::vector<std::string> known;
    for (const auto each : TRY(numbers(site))) known.push_back(std::to_string(each));
    return Error{Kind::missing, cat("there is no generation ", number,
                                    known.empty() ? "; corral generation create makes one"
                                                  : cat(", only ", join(known, ", ")))};
}

Result<UniqueFd> lock(const Site& site) {
    if (!os::exists(site.store)) TRY(os::make_dirs(site.store, 0700));
    auto file = TRY(open_lock(site));
    TRY(os::wait_lock(file.get(), changing));
    TRY(remove_leftovers(site));
    return file;
}

Result<UniqueFd> lock_mounts(const Site& site) {
    auto file = TRY(open_lock(site));
    TRY(os::wait_lock(file.get(), mounting));
    return file;
}

Result<void> clear_leftovers(const Site& site) {
    const auto store = os::Dir::open(site.store);
    if (!store) return {};  // none was ever made
    const auto names = TRY(store->entries());
    if (std::none_of(names.begin(), names.end(), is_leftover)) return {};
    const auto file = TRY(open_lock(site));
    if (!TRY(os::try_lock(file.get(), changing))) return {};
    return remove_leftovers(site);
}

Result<std::string> begin_new(const Site& site) {
    auto path = cat(site.store, "/", unfinished);
    TRY(os::remove_tree(path));
    TRY(os::make_dir(path, 0700));
    return path;
}

Result<unsigned> next_number(const Site& site) { return TRY(last_number(site)) + 1; }

// First all of it is on the disk, then its number is spent, and only then it has its name.
Result<Record> publish(const Site& site, Record record) {
    const auto path = cat(site.store, "/", unfinished);
    record.number = TRY(next_number(site));
    TRY(os::replace_file({.path = cat(path, "/record"), .text = write(record), .mode = 0600}));
    const auto folder = TRY(os::Dir::open(path));
    if (::syncfs(folder.fd()) != 0) return Error::os(errno, "syncfs", path);
    TRY(os::replace_file(
        {.path = cat(site.store, "/last"), .text = cat(record.number, "\n"), .mode = 0600}));
    const auto name = folder_of(site, record.number);
    if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) != 0)
        return Error::os(errno, "rename", path);
    TRY(sync_folder(site.store));
    return record;
}

Result<void> remove(const Site& site, unsigned number) {
    const auto from = folder_of(site, number);
    const auto to = cat(site.store, "/", removed, number);
    if (::rename(from.c_str(), to.c_str()) != 0) return Error::os(errno, "rename", from);
    TRY(sync_folder(site.store));
    return os::remove_tree(to);
}

}  // namespace generation
