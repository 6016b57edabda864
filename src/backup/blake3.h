// BLAKE3 (32 bytes), the designers' own program: digests of much data, several times as fast as SHA-256 with instructions of
// its own.
#pragma once
#include <blake3.h>

#include <string_view>

#include "base/sha256.h"

namespace backup {

class Blake3 {
  public:
    Blake3() { ::blake3_hasher_init(&state_); }
    void add(std::string_view bytes) {
        ::blake3_hasher_update(&state_, bytes.data(), bytes.size());
    }
    /// Of all that was added; it starts afresh then.
    Digest digest() {
        Digest made = {};
        ::blake3_hasher_finalize(&state_, made.data(), made.size());
        ::blake3_hasher_reset(&state_);
        return made;
    }

  private:
    blake3_hasher state_ = {};
};

}  // namespace backup
