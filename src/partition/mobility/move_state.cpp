#include "partition/mobility/move_state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "filesystem/checks.h"
#include "os/dir.h"
#include "os/real_path.h"
#include "os/write_all.h"
#include "partition/mobility/move_talk.h"
#include "registry/moves.h"

namespace partition::mobility {
namespace {

using wire::Message;

constexpr std::size_t piece = std::size_t{1} << 20;
constexpr std::size_t most_entries = 1'000'000;
constexpr mode_t permissions = 07777;

class Sender {
  public:
    Sender(wire::Stream& stream, std::set<std::string>& sent, const Observer& observer)
        : stream_(stream), sent_(sent), observer_(observer) {}
    Result<void> all_below(const os::Dir& folder, const std::string& before) {
        for (const auto& name : TRY(folder.entries())) TRY(one(folder, name, cat(before, name)));
        return {};
    }
    std::uint64_t bytes() const { return bytes_; }

  private:
    Result<void> one(const os::Dir& folder, const std::string& name, const std::string& path) {
        const auto found = TRY(folder.stat(name));
        if (!sent_.insert(path).second) {
            if (!S_ISDIR(found.st_mode)) return {};
            return all_below(TRY(folder.beneath(name)), cat(path, "/"));
        }
        Message entry = {"entry",
                         {{"path", path},
                          {"mode", cat(static_cast<unsigned>(found.st_mode))},
                          {"uid", cat(found.st_uid)},
                          {"gid", cat(found.st_gid)}}};
        if (S_ISLNK(found.st_mode)) entry.values["target"] = TRY(os::read_link(folder.fd(), name));
        if (S_ISREG(found.st_mode)) entry.values["size"] = cat(found.st_size);
        TRY(stream_.send(entry));
        if (S_ISREG(found.st_mode)) return content(folder, name);
        if (!S_ISDIR(found.st_mode)) return {};
        return all_below(TRY(folder.beneath(name)), cat(path, "/"));
    }

    Result<void> content(const os::Dir& folder, const std::string& name) {
        const auto file =
            TRY(folder.open_file({.path = name, .flags = O_RDONLY | O_NOFOLLOW, .in_root = true}));
        std::string block(piece, '\0');
        for (;;) {
            const auto got = ::read(file.get(), block.data(), block.size());
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return Error::os(errno, "read", printable(name));
            if (got == 0) return {};
            TRY(stream_.send_data({block.data(), static_cast<std::size_t>(got)}));
            bytes_ += static_cast<std::uint64_t>(got);
            observer_.tell_progress(cat(bytes_ >> 20, " MB of its memory sent"));
        }
    }

    wire::Stream& stream_;
    std::set<std::string>& sent_;
    const Observer& observer_;
    std::uint64_t bytes_ = 0;
};

Error nonsense() { return {Kind::invalid, "what came is no state of a workload partition"}; }

// Names, one below the other.
bool is_plain(const std::string& path) {
    if (path.empty() || path.size() >= PATH_MAX || path.find('\0') != std::string::npos)
        return false;
    for (const auto& part : split(path, '/'))
        if (part.empty() || part == "." || part == "..") return false;
    return true;
}

class Receiver {
  public:
    Receiver(wire::Stream& stream, const os::Dir& top) : stream_(stream), top_(top) {}
    Result<void> take(const Message& entry) {
        if (++entries_ > most_entries || !is_plain(entry.value("path"))) return nonsense();
        const auto mode = static_cast<mode_t>(entry.number("mode"));
        TRY(make(entry, mode));
        return own(entry, mode);
    }

  private:
    // What came before is not followed on the way.
    struct Place {
        UniqueFd folder;
        std::string name;
    };
    Result<Place> place_of(const std::string& path) const {
        const auto slash = path.rfind('/');
        const auto above = slash == std::string::npos ? std::string(".") : path.substr(0, slash);
        return Place{TRY(open(above, O_RDONLY | O_DIRECTORY)), path.substr(slash + 1)};
    }
    Result<void> make(const Message& entry, mode_t mode) {
        const auto& path = entry.value("path");
        if (S_ISREG(mode)) return make_file(entry);
        const auto place = TRY(place_of(path));
        const auto* name = place.name.c_str();
        int made = -1;
        errno = EINVAL;
        if (S_ISDIR(mode)) made = ::mkdirat(place.folder.get(), name, 0700);
        if (S_ISFIFO(mode)) made = ::mknodat(place.folder.get(), name, S_IFIFO | 0600, 0);
        if (S_ISLNK(mode))
            made = ::symlinkat(entry.value("target").c_str(), place.folder.get(), name);
        if (made != 0) return Error::os(errno, "make", printable(path));
        return {};
    }
    Result<UniqueFd> open(const std::string& path, int flags) const {
        return top_.open_file({.path = path,
                               .flags = flags | O_NOFOLLOW,
                               .mode = static_cast<mode_t>((flags & O_CREAT) != 0 ? 0600 : 0),
                               .in_root = true,
                               .no_symlinks = true});
    }
    Result<void> make_file(const Message& entry) {
        const auto file = TRY(open(entry.value("path"), O_WRONLY | O_CREAT | O_EXCL));
        for (auto left = entry.number("size"); left > 0;) {
            const auto frame = TRY(stream_.receive());
            if (frame.kind != wire::FrameKind::data || frame.bytes.empty() ||
                frame.bytes.size() > left)
                return nonsense();
            TRY(os::write_all(file.get(), frame.bytes, "state"));
            left -= frame.bytes.size();
        }
        // on its way to the disk before anybody has to wait for that
        (void)::sync_file_range(file.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
        return {};
    }
    Result<void> own(const Message& entry, mode_t mode) const {
        const auto& path = entry.value("path");
        const auto place = TRY(place_of(path));
        const auto* name = place.name.c_str();
        if (::fchownat(place.folder.get(), name, static_cast<uid_t>(entry.number("uid")),
                       static_cast<gid_t>(entry.number("gid")), AT_SYMLINK_NOFOLLOW) != 0)
            return Error::os(errno, "chown", printable(path));
        if (S_ISLNK(mode) || ::fchmodat(place.folder.get(), name, mode & permissions, 0) == 0)
            return {};
        return Error::os(errno, "chmod", printable(path));
    }

    wire::Stream& stream_;
    const os::Dir& top_;
    std::size_t entries_ = 0;
};

// "MemAvailable:   20396336 kB"
std::uint64_t available_memory() {
    const auto text = os::read_file("/proc/meminfo");
    if (!text) return 0;
    for (const auto& line : split(*text, '\n'))
        if (const auto parts = words(line); parts.size() == 3 && parts[0] == "MemAvailable:")
            return to_number(parts[1]).value_or(0) << 10;
    return 0;
}

}  // namespace

Result<std::string> place_for_state(const std::string& name, std::uint64_t bytes) {
    // all rounds together, and there the processes themselves
    constexpr std::uint64_t times = 6;
    constexpr std::uint64_t beside = std::uint64_t{64} << 20;
    const auto path = TRY(registry::moving_state(name, registry::StatePlace::memory));
    const auto room = TRY(filesystem::free_space(path.substr(0, path.rfind('/')))).bytes;
    if (std::min(room, available_memory()) >= bytes * times + beside) return path;
    return registry::moving_state(name, registry::StatePlace::disk);
}

Result<std::uint64_t> StateSender::send(const Observer& observer) {
    TRY(stream_.send(
        {"state", {{"first", sent_.empty() ? "yes" : "no"}, {"expected", cat(expected_)}}}));
    Sender sender(stream_, sent_, observer);
    TRY(sender.all_below(TRY(os::Dir::open(directory_)), ""));
    TRY(stream_.send({"complete"}));
    (void)TRY(await(stream_, "stored", observer));
    return sender.bytes();
}

Result<void> receive_state(wire::Stream& stream, const Message& asked,
                           const std::string& directory) {
    if (asked.value("first") == "yes") {
        TRY(os::remove_tree(directory));
        TRY(os::make_dir(directory, 0700));
    }
    const auto top = TRY(os::Dir::open(directory));
    Receiver receiver(stream, top);
    for (;;) {
        const auto entry = TRY(stream.receive_message());
        if (entry.verb == "complete") return stream.send({"stored"});
        if (entry.verb != "entry") return nonsense();
        TRY(receiver.take(entry));
    }
}

}  // namespace partition::mobility
