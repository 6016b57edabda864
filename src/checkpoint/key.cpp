#include "checkpoint/key.h"

#include <fcntl.h>
#include <nettle/hmac.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/hexadecimal.h"
#include "os/dir.h"

namespace checkpoint {
namespace {

constexpr std::size_t key_bytes = 32;

// Of two who make one at once the later takes the other's.
Result<void> make(const std::string& path) {
    std::array<std::uint8_t, key_bytes> random = {};
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
        return Error::os(errno, "getrandom", "key");
    const auto own = cat(path, ".", ::getpid());
    TRY(os::replace_file({.path = own, .text = hexadecimal(random) + "\n", .mode = 0600}));
    if (::renameat2(AT_FDCWD, own.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
        const int failed = errno;
        (void)::unlink(own.c_str());
        if (failed != EEXIST) return Error::os(failed, "rename", path);
    }
    const auto above = TRY(os::Dir::open(path.substr(0, path.rfind('/'))));
    return ::fsync(above.fd()) == 0 ? Result<void>() : Error::os(errno, "fsync", above.path());
}

}  // namespace

Result<std::string> key_of_server(const std::string& path) {
    struct stat found = {};
    int failed = ::lstat(path.c_str(), &found) == 0 ? 0 : errno;
    // one that only could not be looked at is not replaced: all checkpoints need it
    if (failed == ENOENT) {
        TRY(make(path));
        failed = ::lstat(path.c_str(), &found) == 0 ? 0 : errno;
    }
    if (failed != 0) return Error::os(failed, "stat", path);
    if (!S_ISREG(found.st_mode) || found.st_uid != 0 || (found.st_mode & 077) != 0)
        return Error{Kind::denied,
                     cat("'", path,
                         "' must be root's alone (chown root, chmod 600): it is the key that "
                         "checkpoints are sealed with. If others may have read it, remove it; "
                         "checkpoints made before are then refused")};
    auto text = TRY(os::read_file(path, 4096));
    if (text.size() < key_bytes)
        return Error{
            Kind::invalid,
            cat("'", path, "' holds no key; remove it, and the next checkpoint makes one")};
    return text;
}

std::string code_of(std::string_view text, std::string_view key) {
    hmac_sha256_ctx state = {};
    const auto bytes = [](std::string_view from) {
        return reinterpret_cast<const std::uint8_t*>(from.data());
    };
    ::hmac_sha256_set_key(&state, key.size(), bytes(key));
    ::hmac_sha256_update(&state, text.size(), bytes(text));
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> code = {};
    ::hmac_sha256_digest(&state, code.size(), code.data());
    return hexadecimal(code);
}

}  // namespace checkpoint
