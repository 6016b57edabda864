// What the parts of BLAKE3 have in common: constants, and a row of inputs of one length.
#pragma once
#include <cstddef>
#include <cstdint>

namespace blake3 {

constexpr std::size_t block_size = 64;
constexpr std::uint32_t start[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
enum Flag : unsigned { chunk_start = 1, chunk_end = 2, parent = 4, root = 8 };

struct Schedule {  // which word of the message comes where in each round
    unsigned char at[7][16];
};
constexpr Schedule make_schedule() {
    constexpr unsigned char step[16] = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};
    Schedule made = {};
    for (unsigned char word = 0; word < 16; ++word) made.at[0][word] = word;
    for (int round = 1; round < 7; ++round)
        for (int word = 0; word < 16; ++word) made.at[round][word] = made.at[round - 1][step[word]];
    return made;
}
constexpr Schedule schedule = make_schedule();

struct Work {
    const std::uint8_t* from = nullptr;
    std::size_t inputs = 0;
    std::size_t stride = 0;  // from one to the next
    std::size_t blocks = 0;  // of each
    std::uint64_t counter = 0;
    bool counts = false;  // whether each has a counter of its own
    unsigned flags = 0;   // of every block
    unsigned first = 0;   // of the first one, too
    unsigned last = 0;
    std::uint8_t* to = nullptr;  // 32 bytes for each
};

// for as many inputs as their names say, or fewer; the latter ones only where the processor can
void hash_4(const Work& work);
void hash_8(const Work& work);
void hash_16(const Work& work);

}  // namespace blake3
