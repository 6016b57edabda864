// BLAKE3 (the hash of its specification, 32 bytes): digests of much data. Its chunks of a kilobyte are independent, so that
// one thread computes as many of them at once as fit into the processor's vectors: several times as fast as SHA-256 with
// instructions of its own.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/sha256.h"

class Blake3 {
  public:
    void add(std::string_view bytes);
    /// Of all that was added; it starts afresh then.
    Digest digest();

  private:
    using Chain = std::array<std::uint8_t, 32>;  // the chaining value of a chunk or of a subtree
    static constexpr std::size_t chunk_size = 1024;

    void fill(std::string_view& bytes);
    std::size_t add_chunks(std::string_view bytes);
    void push(const Chain& chain, std::uint64_t chunks);

    std::vector<Chain> left_ = {};  // subtrees whose right side is yet to come
    std::uint64_t chunks_ = 0;      // in these
    std::array<std::uint8_t, chunk_size> last_ = {};
    std::size_t last_size_ =
        0;  // the last chunk is not hashed before it is known whether it is the root
};
