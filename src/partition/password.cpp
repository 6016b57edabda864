#include "partition/password.h"

#include <crypt.h>

#include <cerrno>
#include <ctime>

#include "partition/etc_file.h"

namespace partition {
namespace {

constexpr const char* shadow = "etc/shadow";

Result<std::string> hash(const std::string& password) {
    char salt[CRYPT_GENSALT_OUTPUT_SIZE];
    if (::crypt_gensalt_rn("$y$", 0, nullptr, 0, salt, sizeof salt) == nullptr)
        return Error::os(errno, "crypt_gensalt", "yescrypt");
    crypt_data data = {};
    const char* hashed = ::crypt_r(password.c_str(), salt, &data);
    if (hashed == nullptr || hashed[0] == '*') return Error::os(errno, "crypt", "yescrypt");
    return std::string(hashed);
}

std::string with_hash(const std::string& text, const std::string& hashed) {
    const auto days = std::time(nullptr) / 86400;
    const auto entry = cat("root:", hashed, ":", days, ":0:99999:7:::");
    std::vector<std::string> lines = {entry};
    for (auto& line : split(text, '\n'))
        if (!line.empty() && !line.starts_with("root:")) lines.push_back(std::move(line));
    return join(lines, "\n") + "\n";
}

}  // namespace

Result<void> set_root_password(const os::Dir& root, const std::string& password) {
    if (password.empty()) return Error{Kind::invalid, "the root password is empty"};
    const auto before = TRY(root.read(shadow));
    const auto text = with_hash(before, TRY(hash(password)));
    return replace_in_etc(root, "shadow", text);
}

}  // namespace partition
