#include "tar/digest.h"

#include <array>

namespace tar {
namespace {

constexpr std::string_view prefix = "sha256:";
constexpr std::string_view hexadecimal = "0123456789abcdef";

}  // namespace

void Sha256::add(std::span<const char> bytes) {
    ::sha256_update(&state_, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

std::string Sha256::finish() {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> bytes = {};
    ::sha256_digest(&state_, bytes.size(), bytes.data());
    std::string text(prefix);
    for (const auto byte : bytes) {
        text += hexadecimal[byte >> 4U];
        text += hexadecimal[byte & 15U];
    }
    return text;
}

std::optional<std::string> sha256_digits(std::string_view digest) {
    if (!digest.starts_with(prefix)) return std::nullopt;
    digest.remove_prefix(prefix.size());
    if (digest.size() != 2 * SHA256_DIGEST_SIZE) return std::nullopt;
    if (digest.find_first_not_of(hexadecimal) != std::string_view::npos) return std::nullopt;
    return std::string(digest);
}

}  // namespace tar
