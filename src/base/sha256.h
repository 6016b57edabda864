// SHA-256 (FIPS 180-4): digests by which trees and files are known.
#pragma once
#include <nettle/sha2.h>

#include <string>
#include <string_view>

class Sha256 {
  public:
    Sha256() { ::sha256_init(&state_); }
    void add(std::string_view bytes);
    /// 64 hexadecimal digits, of all that was added; it starts afresh then.
    std::string finish();

  private:
    sha256_ctx state_ = {};
};

std::string sha256(std::string_view bytes);
