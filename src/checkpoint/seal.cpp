#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>

#include "base/escape.h"
#include "base/sha256.h"
#include "checkpoint/image.h"
#include "checkpoint/key.h"
#include "os/file_digest.h"
#include "os/real_path.h"

namespace checkpoint {
namespace {

constexpr auto seal_name = "seal";
constexpr std::size_t seal_limit = std::size_t{64} << 20;
constexpr int deepest = 16;

Result<std::string> digest_of(int fd, const std::string& shown, bool sync) {
    auto digest = TRY(os::sha256_of(fd, shown));
    if (sync && ::fsync(fd) != 0) return Error::os(errno, "sync", shown);
    return digest;
}

using Digests = std::map<std::string, std::string>;  // by path

// What is there, but the seal itself, with its owner and mode.
class Survey {
  public:
    Survey(const os::Dir& directory, bool sync) : directory_(directory), sync_(sync) {}
    Result<Digests> take() {
        TRY(look_into(directory_, "", 0));
        return std::move(found_);
    }

  private:
    Result<void> look_into(const os::Dir& folder, const std::string& before, int depth) {
        if (depth > deepest) return Error{Kind::other, cat("'", before, "' lies too deep")};
        for (const auto& name : TRY(folder.entries()))
            if (depth > 0 || name != seal_name) TRY(look_at(folder, name, before, depth));
        return {};
    }
    Result<void> look_at(const os::Dir& folder, const std::string& name, const std::string& before,
                         int depth) {
        const auto path = cat(before, name);
        const auto found = TRY(folder.stat(name));
        const auto mode =
            cat(static_cast<unsigned>(found.st_mode), ":", found.st_uid, ":", found.st_gid);
        if (S_ISLNK(found.st_mode)) {
            found_[path] = cat(sha256(TRY(os::read_link(folder.fd(), name))), " ", mode);
            return {};
        }
        if (S_ISFIFO(found.st_mode)) {
            found_[path] = cat("fifo ", mode);
            return {};
        }
        auto file = TRY(folder.open_file({.path = name,
                                          .flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
                                          .in_root = true,
                                          .no_symlinks = true}));
        if (S_ISDIR(found.st_mode)) {
            found_[path] = cat("directory ", mode);
            return look_into(os::Dir(std::move(file), path), cat(path, "/"), depth + 1);
        }
        if (!S_ISREG(found.st_mode))
            return Error{Kind::other, cat("'", printable(path), "' is no file")};
        found_[path] = cat(TRY(digest_of(file.get(), path, sync_)), " ", mode);
        return {};
    }

    const os::Dir& directory_;
    bool sync_;
    Digests found_ = {};
};

std::string lines_of(const Digests& digests) {
    std::string text = "corral-seal 1\n";
    for (const auto& [path, digest] : digests) text += cat(digest, " ", escaped(path), "\n");
    return text;
}

Result<Digests> parse(std::string_view lines) {
    Digests all;
    for (const auto& line : split(lines, '\n')) {
        const auto parts = split(line, ' ');
        if (parts.size() != 3) continue;  // the first line, and the end
        const auto path = unescaped(parts[2]);
        if (!path) return Error{Kind::other, "its seal is damaged"};
        all[*path] = cat(parts[0], " ", parts[1]);
    }
    return all;
}

Error not_as_sealed(const std::string& path, std::string_view how) {
    return {Kind::other, cat("its file '", printable(path), "' ", how,
                             ": the checkpoint was damaged or changed after it was made")};
}

Result<void> compare(const Digests& sealed, const Digests& found) {
    for (const auto& [path, digest] : sealed) {
        const auto there = found.find(path);
        if (there == found.end()) return not_as_sealed(path, "is missing");
        if (there->second != digest) return not_as_sealed(path, "is not what was stored");
    }
    for (const auto& [path, digest] : found)
        if (!sealed.contains(path)) return not_as_sealed(path, "was not stored with it");
    return {};
}

// The code does not depend on where it differs, so nothing is learned from how long this takes.
bool same(std::string_view one, std::string_view other) {
    unsigned differing = one.size() == other.size() ? 0 : 1;
    for (std::size_t place = 0; place < one.size() && place < other.size(); ++place)
        differing |= static_cast<unsigned>(one[place] ^ other[place]);
    return differing == 0;
}

Result<void> must_be_private(const os::Dir& directory) {
    struct stat found = {};
    if (::fstat(directory.fd(), &found) != 0) return Error::os(errno, "stat", directory.path());
    if (found.st_uid == 0 && (found.st_mode & 077) == 0) return {};
    return Error{Kind::denied,
                 "others than root may enter it; it holds what processes had in "
                 "memory (chown root, chmod 700)"};
}

}  // namespace

Result<void> seal(const os::Dir& directory, std::string_view key) {
    const auto lines = lines_of(TRY(Survey(directory, true).take()));
    return os::replace_file({.path = cat(directory.path(), "/", seal_name),
                             .text = cat(lines, code_of(lines, key), "\n"),
                             .mode = 0600});
}

Result<bool> is_complete(const std::string& path) {
    const auto found = TRY(open_directory(path)).stat(seal_name);
    if (!found && found.error().os_number != ENOENT) return found.error();
    return static_cast<bool>(found);
}

Result<void> verify(const os::Dir& directory, std::string_view key) {
    TRY(must_be_private(directory));
    const auto text = directory.read(seal_name, seal_limit);
    if (!text && text.error().kind == Kind::missing)
        return Error{Kind::other, std::string(incomplete)};
    if (!text) return text.error();
    const auto end = text->size() < 2 ? std::string::npos : text->rfind('\n', text->size() - 2);
    if (end == std::string::npos) return Error{Kind::other, "its seal is damaged"};
    const auto lines = std::string_view(*text).substr(0, end + 1);
    if (!same(cat(code_of(lines, key), "\n"), std::string_view(*text).substr(end + 1)))
        return Error{Kind::denied,
                     "its seal is not this server's: it was made elsewhere, or changed "
                     "since"};
    return compare(TRY(parse(lines)), TRY(Survey(directory, false).take()));
}

}  // namespace checkpoint
