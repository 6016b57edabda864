#include "checkpoint/watches.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <set>
#include <tuple>

#include "base/lines.h"

namespace checkpoint {
namespace {

constexpr std::size_t longest_info = 4 << 20;
constexpr std::size_t most_watches =
    10'000;  // of all processes together, that have to be searched for

// where CRIU always looks
constexpr std::array usual_places = {"/etc",
                                     "/var/spool",
                                     "/var/log",
                                     "/usr/share/dbus-1/services",
                                     "/usr/share/dbus-1/system-services",
                                     "/var/lib/polkit-1/localauthority",
                                     "/usr/share/polkit-1/actions",
                                     "/lib/udev"};

template <class Number>
std::optional<Number> hex(std::string_view text) {
    Number value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::string> bytes_of(std::string_view digits) {
    if (digits.size() % 2 != 0 || digits.size() > std::size_t{2} * MAX_HANDLE_SZ)
        return std::nullopt;
    std::string bytes;
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        const auto byte = hex<unsigned char>(digits.substr(at, 2));
        if (!byte) return std::nullopt;
        bytes += static_cast<char>(*byte);
    }
    return bytes;
}

std::string device_of(const Watch& watch) { return cat(watch.major, ":", watch.minor); }

Fault lost(const Watch& watch, std::string_view why) {
    return {cat("watches (inotify) ", why, ": file ", watch.inode, " of device ", device_of(watch)),
            "restart the program"};
}

enum class Found : std::uint8_t { there, removed, link, unknown };

Found open_by_handle(int mount, const Watch& watch) {
    alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> room = {};
    auto* handle = reinterpret_cast<file_handle*>(room.data());
    handle->handle_bytes = static_cast<unsigned>(watch.handle.size());
    handle->handle_type = watch.handle_type;
    std::memcpy(handle->f_handle, watch.handle.data(), watch.handle.size());
    const UniqueFd file(::open_by_handle_at(mount, handle, O_PATH | O_CLOEXEC));
    if (!file) return Found::unknown;
    struct stat found = {};
    if (::fstat(file.get(), &found) != 0) return Found::unknown;
    if (found.st_nlink == 0) return Found::removed;
    return S_ISLNK(found.st_mode) ? Found::link : Found::there;
}

Found look_for(const Watch& watch, const Mounts& mounts) {
    const auto device = device_of(watch);
    for (const auto& space : mounts.spaces)
        for (const auto& entry : space.table) {
            // a handle means nothing to a file system that somebody inside serves
            if (entry.device != device || entry.type.starts_with("fuse")) continue;
            const auto root = os::Dir::open(cat(space.shown_by->dir.path(), "/root"));
            if (!root) continue;
            const auto place = root->beneath(entry.point);
            if (!place) continue;
            const auto found = open_by_handle(place->fd(), watch);
            if (found != Found::unknown) return found;
        }
    return Found::unknown;
}

using Key = std::tuple<unsigned, unsigned, std::uint64_t>;

class Search {
  public:
    Search(const os::Dir& root, std::set<Key> wanted) : root_(root), wanted_(std::move(wanted)) {
        for (const auto& [major_number, minor_number, inode] : wanted_)
            devices_.insert({major_number, minor_number});
    }
    void below(const std::string& path) {
        const auto place = root_.open_file(
            {.path = path, .flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK, .in_root = true});
        struct statx found = {};
        if (!place || !see(place->get(), "", found) || !S_ISDIR(found.stx_mode)) return;
        walk(place->get(), 0);
    }
    bool has(const Key& key) const { return found_.contains(key); }

  private:
    bool see(int directory, const char* name, struct statx& found) {
        constexpr int flags =
            AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
        if (::statx(directory, name, flags, STATX_TYPE | STATX_INO, &found) != 0) return false;
        const Key key = {found.stx_dev_major, found.stx_dev_minor, found.stx_ino};
        if (wanted_.contains(key)) found_.insert(key);
        return true;
    }
    bool worthwhile(const struct statx& found) const {
        return S_ISDIR(found.stx_mode) &&
               devices_.contains({found.stx_dev_major, found.stx_dev_minor});
    }
    void walk(int directory, int depth) {
        constexpr int deepest = 32;
        const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR* stream = copy < 0 ? nullptr : ::fdopendir(copy);
        if (stream == nullptr) {
            if (copy >= 0) ::close(copy);
            return;
        }
        while (const auto* entry = ::readdir(stream)) {
            const std::string_view name = entry->d_name;
            if (name == "." || name == "..") continue;
            if (found_.size() == wanted_.size() || ++seen_ > most_seen) break;
            struct statx found = {};
            if (!see(directory, entry->d_name, found) || !worthwhile(found) || depth == deepest)
                continue;
            const UniqueFd below(::openat(directory, entry->d_name,
                                          O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (below) walk(below.get(), depth + 1);
        }
        ::closedir(stream);
    }

    static constexpr std::size_t most_seen = 200'000;
    const os::Dir& root_;
    std::set<Key> wanted_;
    std::set<std::pair<unsigned, unsigned>> devices_ = {};
    std::set<Key> found_ = {};
    std::size_t seen_ = 0;
};

Key key_of(const Watch& watch) { return {watch.major, watch.minor, watch.inode}; }

}  // namespace

std::optional<Watch> parse_watch(std::string_view line) {
    if (!line.starts_with("inotify ")) return std::nullopt;
    Watch watch;
    bool complete = false;
    for (const auto& word : words(line)) {
        const auto colon = word.find(':');
        if (colon == std::string::npos) continue;
        const auto key = std::string_view(word).substr(0, colon);
        const auto value = std::string_view(word).substr(colon + 1);
        if (key == "ino") watch.inode = hex<std::uint64_t>(value).value_or(0);
        if (key == "sdev") {
            const auto number =
                hex<std::uint32_t>(value).value_or(0);  // the kernel's own: 12 and 20 bits
            watch.major = number >> 20;
            watch.minor = number & 0xfffff;
        }
        if (key == "fhandle-type")
            watch.handle_type = static_cast<int>(hex<std::uint32_t>(value).value_or(0));
        if (key == "f_handle") {
            const auto bytes = bytes_of(value);
            if (!bytes) return std::nullopt;
            watch.handle = *bytes;
            complete = true;
        }
    }
    // without a handle the file system has none to give
    return complete || watch.inode != 0 ? std::optional(watch) : std::nullopt;
}

void look_at_watches(const Process& process, int number, const Mounts& mounts,
                     std::vector<Unplaced>& unplaced, Findings& findings) {
    const auto text = process.dir.read(cat("fdinfo/", number), longest_info);
    if (!text) return;
    each_line(*text, [&](std::string_view line) {
        const auto watch = parse_watch(line);
        if (!watch || findings.full()) return;
        const auto found = watch->handle.empty() ? Found::unknown : look_for(*watch, mounts);
        if (found == Found::removed) {
            auto fault = lost(*watch, "a file that was removed");
            fault.what = cat("descriptor ", number, ": ", fault.what);
            findings.add(process, std::move(fault));
        } else if (found != Found::there && unplaced.size() < most_watches) {
            unplaced.push_back({&process, number, *watch, found == Found::link});
        }
    });
}

void search_watched(const std::vector<Unplaced>& unplaced, const Subject& subject,
                    Findings& findings) {
    if (unplaced.empty()) return;
    const auto root = os::Dir::open(cat(subject.proc, "/", subject.init, "/root"));
    if (!root) return;
    std::set<Key> wanted;
    for (const auto& one : unplaced) wanted.insert(key_of(one.watch));
    Search search(*root, std::move(wanted));
    for (const auto& path : subject.scan_paths) search.below(path);
    for (const auto* path : usual_places) search.below(path);
    for (const auto& one : unplaced) {
        if (search.has(key_of(one.watch))) continue;
        auto fault = lost(one.watch, one.link ? "a symbolic link that CRIU cannot find again"
                                              : "what cannot be found by name");
        // its files have another device number than the file system
        if (one.link)
            fault.remedy = "on btrfs it never can; keep the base directory on ext4 or xfs";
        fault.what = cat("descriptor ", one.number, ": ", fault.what);
        findings.add(*one.process, std::move(fault));
    }
}

}  // namespace checkpoint
