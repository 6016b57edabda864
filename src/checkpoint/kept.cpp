#include "checkpoint/kept.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "os/real_path.h"
#include "os/write_all.h"

namespace checkpoint {
namespace {

constexpr std::size_t most_files = 4096;
constexpr std::size_t most_bytes = std::size_t{64} << 20;
constexpr int deepest = 16;

Error too_much() { return {Kind::full, "it holds more than a small file system in memory should"}; }

class Copy {
  public:
    Copy(std::int64_t shift, dev_t device) : shift_(shift), device_(device) {}

    Result<void> fill(const os::Dir& from, const os::Dir& to, int depth) {
        if (depth > deepest) return too_much();
        for (const auto& name : TRY(from.entries())) {
            if (++files_ > most_files) return too_much();
            TRY(take({from, to, name, TRY(from.stat(name)), depth}));
        }
        struct stat found = {};
        if (::fstat(from.fd(), &found) != 0) return Error::os(errno, "stat", from.path());
        return own(to, ".", found);
    }

  private:
    struct Entry {
        const os::Dir& from;
        const os::Dir& to;
        const std::string& name;
        struct stat found;
        int depth;
        const char* place() const { return name.c_str(); }
    };

    Result<void> take(const Entry& entry) {
        const auto mode = entry.found.st_mode;
        if (S_ISDIR(mode)) return take_directory(entry);
        if (entry.found.st_dev != device_) return made(entry, ::mknodat, S_IFREG | 0600);
        if (S_ISLNK(mode)) return take_link(entry);
        if (S_ISREG(mode)) return take_file(entry);
        if (S_ISFIFO(mode)) return made(entry, ::mknodat, mode);
        return {};
    }

    static Result<void> failed(const Entry& entry, const char* call) {
        if (errno == EEXIST) return {};
        return Error::os(errno, call, printable(entry.name));
    }

    Result<void> made(const Entry& entry, int (*make)(int, const char*, mode_t, dev_t),
                      mode_t mode) const {
        if (make(entry.to.fd(), entry.place(), mode, 0) != 0) return failed(entry, "make");
        return own(entry.to, entry.name, entry.found);
    }

    Result<void> take_directory(const Entry& entry) {
        if (::mkdirat(entry.to.fd(), entry.place(), 0700) != 0) TRY(failed(entry, "mkdir"));
        if (entry.found.st_dev != device_) return {};
        const auto same = [&](const os::Dir& top) {
            return top.open_file({.path = entry.name,
                                  .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                  .in_root = true,
                                  .no_symlinks = true});
        };
        return fill(os::Dir(TRY(same(entry.from)), entry.name),
                    os::Dir(TRY(same(entry.to)), entry.name), entry.depth + 1);
    }

    Result<void> take_link(const Entry& entry) const {
        const auto target = TRY(os::read_link(entry.from.fd(), entry.name));
        if (::symlinkat(target.c_str(), entry.to.fd(), entry.place()) != 0)
            return failed(entry, "symlink");
        return own(entry.to, entry.name, entry.found);
    }

    Result<void> take_file(const Entry& entry) {
        const auto source = TRY(entry.from.open_file({.path = entry.name,
                                                      .flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
                                                      .in_root = true,
                                                      .no_symlinks = true}));
        auto target = entry.to.open_file(
            {.path = entry.name, .flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, .mode = 0600});
        if (!target && target.error().kind == Kind::exists) return {};
        if (!target) return target.error();
        TRY(copy(source.get(), target->get(), entry.name));
        return own(entry.to, entry.name, entry.found);
    }

    Result<void> copy(int source, int target, const std::string& name) {
        char block[1 << 16];
        for (;;) {
            const auto count = ::read(source, block, sizeof block);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return Error::os(errno, "read", printable(name));
            if (count == 0) return {};
            bytes_ += static_cast<std::size_t>(count);
            if (bytes_ > most_bytes) return too_much();
            TRY(os::write_all(target, {block, static_cast<std::size_t>(count)}, name));
        }
    }

    Result<void> own(const os::Dir& to, const std::string& name, const struct stat& found) const {
        const auto shifted = [&](std::uint32_t id) {
            return static_cast<std::uint32_t>(id + shift_);
        };
        if (::fchownat(to.fd(), name.c_str(), shifted(found.st_uid), shifted(found.st_gid),
                       AT_SYMLINK_NOFOLLOW) != 0)
            return Error::os(errno, "chown", printable(name));
        if (S_ISLNK(found.st_mode)) return {};
        if (::fchmodat(to.fd(), name.c_str(), found.st_mode & 07777, 0) != 0)
            return Error::os(errno, "chmod", printable(name));
        return {};
    }

    std::int64_t shift_;
    dev_t device_;
    std::size_t files_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace

Result<void> keep(const KeepCall& call) {
    struct stat found = {};
    if (::fstat(call.from.fd(), &found) != 0) return Error::os(errno, "stat", call.from.path());
    return Copy(call.shift, found.st_dev).fill(call.from, call.to, 0);
}

}  // namespace checkpoint
