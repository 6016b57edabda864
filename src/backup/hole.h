// What a hole counts as in the digest of a file's content, for who writes it and who reads it again.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "backup/digest.h"
#include "base/text.h"

namespace backup {

constexpr std::uint64_t long_hole = std::uint64_t{16} << 20;

/// Zeros; a long one is its length, since it may be as large as any disk.
inline void add_hole(Sum& digest, std::uint64_t size) {
    static constexpr std::array<char, 65536> zeros = {};
    if (size >= long_hole) {
        digest.add(cat("hole of ", size, "\n"));
        return;
    }
    while (size > 0) {
        const auto part = std::min<std::uint64_t>(size, zeros.size());
        digest.add({zeros.data(), part});
        size -= part;
    }
}

}  // namespace backup
