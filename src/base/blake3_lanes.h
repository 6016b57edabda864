// BLAKE3's compression of several inputs at once, one to each lane of a vector. Compiled once for each width, with the
// instructions of that width: who includes this defines BLAKE3_LANES, and uses nothing of the standard library that other
// files might share.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/blake3_work.h"

namespace blake3 {
namespace {

constexpr int lanes = BLAKE3_LANES;
constexpr std::size_t next_inputs =
    std::size_t{1024} * lanes;  // chunks: too many streams for the processor to foresee
using Words [[gnu::vector_size(lanes * 4)]] = std::uint32_t;

template <int count>
[[gnu::always_inline]] inline Words rotated(Words words) {
    return words >> count | words << (32 - count);
}

[[gnu::always_inline]] inline void mix(Words& a, Words& b, Words& c, Words& d, Words x, Words y) {
    a = a + b + x;
    d = rotated<16>(d ^ a);
    c = c + d;
    b = rotated<12>(b ^ c);
    a = a + b + y;
    d = rotated<8>(d ^ a);
    c = c + d;
    b = rotated<7>(b ^ c);
}

template <int... at>
[[gnu::always_inline]] inline Words low(Words one, Words other, std::integer_sequence<int, at...>) {
    return __builtin_shufflevector(one, other, (at / 2 + (at & 1) * lanes)...);
}
template <int... at>
[[gnu::always_inline]] inline Words high(Words one, Words other,
                                         std::integer_sequence<int, at...>) {
    return __builtin_shufflevector(one, other, (lanes / 2 + at / 2 + (at & 1) * lanes)...);
}

// Rows become columns: interleaving the halves as often as it takes.
[[gnu::always_inline]] inline void transpose(Words (&rows)[lanes]) {
    using Order = std::make_integer_sequence<int, lanes>;
#pragma GCC unroll 4
    for (int step = 1; step < lanes; step *= 2) {
        Words next[lanes];
#pragma GCC unroll 8
        for (int row = 0; row < lanes / 2; ++row) {
            next[2 * row] = low(rows[row], rows[row + lanes / 2], Order());
            next[2 * row + 1] = high(rows[row], rows[row + lanes / 2], Order());
        }
#pragma GCC unroll 16
        for (int row = 0; row < lanes; ++row) rows[row] = next[row];
    }
}

// Word by word, a lane for each input. Lanes without one read the first.
[[gnu::always_inline]] inline void load(Words (&message)[16], const Work& work, std::size_t begin) {
#pragma GCC unroll 4
    for (int part = 0; part < 16; part += lanes) {
        Words rows[lanes];
#pragma GCC unroll 16
        for (int lane = 0; lane < lanes; ++lane) {
            const auto input = static_cast<std::size_t>(lane) < work.inputs ? lane : 0;
            const auto* from = work.from + static_cast<std::size_t>(input) * work.stride + begin;
            __builtin_prefetch(from + next_inputs);
            __builtin_memcpy(&rows[lane], from + std::size_t{4} * part, sizeof rows[lane]);
        }
        transpose(rows);
#pragma GCC unroll 16
        for (int row = 0; row < lanes; ++row) message[part + row] = rows[row];
    }
}

[[gnu::always_inline]] inline void compress(Words (&chain)[8], const Words (&message)[16],
                                            Words counter, Words counter_high, unsigned flags) {
    Words v[16];
#pragma GCC unroll 8
    for (int word = 0; word < 8; ++word) v[word] = chain[word];
#pragma GCC unroll 4
    for (int word = 0; word < 4; ++word) v[8 + word] = Words{} + start[word];
    v[12] = counter;
    v[13] = counter_high;
    v[14] = Words{} + static_cast<std::uint32_t>(block_size);
    v[15] = Words{} + flags;
#pragma GCC unroll 7
    for (int round = 0; round < 7; ++round) {
        const auto& m = schedule.at[round];
        mix(v[0], v[4], v[8], v[12], message[m[0]], message[m[1]]);
        mix(v[1], v[5], v[9], v[13], message[m[2]], message[m[3]]);
        mix(v[2], v[6], v[10], v[14], message[m[4]], message[m[5]]);
        mix(v[3], v[7], v[11], v[15], message[m[6]], message[m[7]]);
        mix(v[0], v[5], v[10], v[15], message[m[8]], message[m[9]]);
        mix(v[1], v[6], v[11], v[12], message[m[10]], message[m[11]]);
        mix(v[2], v[7], v[8], v[13], message[m[12]], message[m[13]]);
        mix(v[3], v[4], v[9], v[14], message[m[14]], message[m[15]]);
    }
#pragma GCC unroll 8
    for (int word = 0; word < 8; ++word) chain[word] = v[word] ^ v[word + 8];
}

/// At most `lanes` inputs.
inline void hash_lanes(const Work& work) {
    Words chain[8];
    for (int word = 0; word < 8; ++word) chain[word] = Words{} + start[word];
    Words counter = {};
    Words counter_high = {};
    for (unsigned lane = 0; lane < lanes; ++lane) {
        const auto number = work.counter + (work.counts ? lane : 0);
        counter[lane] = static_cast<std::uint32_t>(number);
        counter_high[lane] = static_cast<std::uint32_t>(number >> 32);
    }
    for (std::size_t block = 0; block < work.blocks; ++block) {
        Words message[16];
        load(message, work, block * block_size);
        const unsigned flags =
            work.flags | (block == 0 ? work.first : 0) | (block + 1 == work.blocks ? work.last : 0);
        compress(chain, message, counter, counter_high, flags);
    }
    for (std::size_t lane = 0; lane < work.inputs; ++lane)
        for (std::size_t word = 0; word < 8; ++word) {
            const std::uint32_t value = chain[word][lane];
            __builtin_memcpy(work.to + lane * 32 + word * 4, &value, sizeof value);
        }
}

}  // namespace
}  // namespace blake3
