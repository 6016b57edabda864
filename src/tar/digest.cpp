#include "tar/digest.h"

namespace tar {
namespace {

constexpr std::string_view prefix = "sha256:";
constexpr std::string_view hexadecimal = "0123456789abcdef";

}  // namespace

void Sha256::add(std::span<const char> bytes) { sum_.add({bytes.data(), bytes.size()}); }

std::string Sha256::finish() { return std::string(prefix) + sum_.finish(); }

std::optional<std::string> sha256_digits(std::string_view digest) {
    if (!digest.starts_with(prefix)) return std::nullopt;
    digest.remove_prefix(prefix.size());
    if (digest.size() != 2 * std::size_t{SHA256_DIGEST_SIZE}) return std::nullopt;
    if (digest.find_first_not_of(hexadecimal) != std::string_view::npos) return std::nullopt;
    return std::string(digest);
}

}  // namespace tar
