#include "rootpart/md5.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace rootpart {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they lie");

using State = std::array<std::uint32_t, 4>;

constexpr std::array<std::array<int, 4>, 4> turns = {
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

// T of RFC 1321, 3.4: the whole part of 2^32 times |sin(step)|.
std::array<std::uint32_t, 64> sines() {
    std::array<std::uint32_t, 64> table = {};
    for (std::size_t step = 0; step < table.size(); ++step)
        table[step] = static_cast<std::uint32_t>(
            std::floor(4294967296.0 * std::fabs(std::sin(static_cast<double>(step + 1)))));
    return table;
}

std::uint32_t mix(unsigned round, const State& s) {
    switch (round) {
        case 0:
            return (s[1] & s[2]) | (~s[1] & s[3]);
        case 1:
            return (s[1] & s[3]) | (s[2] & ~s[3]);
        case 2:
            return s[1] ^ s[2] ^ s[3];
        default:
            return s[2] ^ (s[1] | ~s[3]);
    }
}

void digest_block(State& state, const char* block) {
    static const auto table = sines();
    constexpr std::array<std::array<unsigned, 2>, 4> order = {{{1, 0}, {5, 1}, {3, 5}, {7, 0}}};
    std::array<std::uint32_t, 16> word = {};
    std::memcpy(word.data(), block, sizeof word);
    auto s = state;
    for (unsigned step = 0; step < 64; ++step) {
        const unsigned round = step / 16;
        const auto index = (order[round][0] * step + order[round][1]) % 16;
        const auto sum = s[0] + mix(round, s) + word[index] + table[step];
        s = {s[3], s[1] + std::rotl(sum, turns[round][step % 4]), s[1], s[2]};
    }
    for (std::size_t part = 0; part < state.size(); ++part) state[part] += s[part];
}

}  // namespace

std::string md5(std::string_view text) {
    State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    constexpr std::size_t block = 64;
    std::string tail(text.substr(text.size() - text.size() % block));
    for (std::size_t at = 0; at + block <= text.size(); at += block)
        digest_block(state, text.data() + at);
    tail += '\x80';
    tail.resize((tail.size() + 8 + block - 1) / block * block, '\0');
    const std::uint64_t bits = std::uint64_t{text.size()} * 8;
    std::memcpy(tail.data() + tail.size() - 8, &bits, 8);
    for (std::size_t at = 0; at < tail.size(); at += block) digest_block(state, tail.data() + at);
    constexpr std::string_view hex = "0123456789abcdef";
    std::string digest;
    for (const auto part : state)
        for (unsigned byte = 0; byte < 4; ++byte) {
            const auto value = part >> (8 * byte) & 0xff;
            digest += hex[value >> 4];
            digest += hex[value & 15];
        }
    return digest;
}

}  // namespace rootpart
