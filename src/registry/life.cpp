#include "registry/life.h"

#include <sys/random.h>

#include <array>
#include <cerrno>

#include "base/hexadecimal.h"
#include "os/dir.h"
#include "registry/paths.h"

namespace registry {
namespace {

constexpr std::size_t most = 128;
constexpr std::size_t token_bytes = 16;

std::string file_of(const std::string& name) { return cat(paths::images(name), "/life"); }

}  // namespace

std::string life_of(const std::string& name) {
    auto text = os::read_file(file_of(name), most);
    return text ? *std::move(text) : std::string();
}

Result<void> begin_life(const std::string& name) {
    std::array<std::uint8_t, token_bytes> token = {};
    if (::getrandom(token.data(), token.size(), 0) != static_cast<ssize_t>(token.size()))
        return Error::os(errno, "getrandom", "life");
    TRY(os::make_dirs(paths::images(name), 0700));
    return os::replace_file({.path = file_of(name), .text = hexadecimal(token), .mode = 0600});
}

}  // namespace registry
