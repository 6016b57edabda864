// SHA-256 (FIPS 180-4): digests by which trees and files are known.
#pragma once
#include <nettle/sha2.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

using Digest = std::array<std::uint8_t, SHA256_DIGEST_SIZE>;

class Sha256 {
  public:
    Sha256() { ::sha256_init(&state_); }
    void add(std::string_view bytes);
    /// Of all that was added; it starts afresh then.
    Digest digest();
    /// The same as 64 hexadecimal digits.
    std::string finish();

  private:
    sha256_ctx state_ = {};
};

std::string sha256(std::string_view bytes);
