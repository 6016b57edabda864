#include "base/blake3.h"

#include <algorithm>
#include <bit>
#include <cstring>

#define BLAKE3_LANES 4
#include "base/blake3_lanes.h"

namespace blake3 {

void hash_4(const Work& work) { hash_lanes(work); }

}  // namespace blake3

namespace {

static_assert(std::endian::native == std::endian::little);

using blake3::Work;
constexpr std::size_t chain_size = 32;
constexpr std::size_t most_chunks = 64;  // of a subtree that is hashed in one go

struct Hasher {
    void (*hash)(const Work&) = blake3::hash_4;
    std::size_t lanes = 4;
};

Hasher best_hasher() {
#ifdef __x86_64__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
        return {blake3::hash_16, 16};
    if (__builtin_cpu_supports("avx2")) return {blake3::hash_8, 8};
#endif
    return {};
}

// All inputs, as many at once as the processor has lanes.
void hash(Work work) {
    static const Hasher hasher = best_hasher();
    for (auto left = work.inputs; left > 0; left -= work.inputs) {
        work.inputs = std::min(left, hasher.lanes);
        hasher.hash(work);
        work.from += work.inputs * work.stride;
        work.to += work.inputs * chain_size;
        if (work.counts) work.counter += work.inputs;
    }
}

// Parents of each two, then of these, until one is left; their number is a power of two.
void reduce(std::uint8_t* chains, std::size_t count) {
    std::array<std::uint8_t, most_chunks / 2 * chain_size> parents = {};
    for (; count > 1; count /= 2) {
        hash({.from = chains,
              .inputs = count / 2,
              .stride = 2 * chain_size,
              .blocks = 1,
              .flags = blake3::parent,
              .to = parents.data()});
        std::memcpy(chains, parents.data(), count / 2 * chain_size);
    }
}

struct Single {
    std::array<std::uint32_t, 8> chain = {};
    std::array<std::uint32_t, 16> message = {};
    std::uint64_t counter = 0;
    std::size_t size = blake3::block_size;
    unsigned flags = 0;
};

void mix(std::uint32_t& a, std::uint32_t& b, std::uint32_t& c, std::uint32_t& d, std::uint32_t x,
         std::uint32_t y) {
    a += b + x;
    d = std::rotr(d ^ a, 16);
    c += d;
    b = std::rotr(b ^ c, 12);
    a += b + y;
    d = std::rotr(d ^ a, 8);
    c += d;
    b = std::rotr(b ^ c, 7);
}

// One block, which may be shorter than others.
void compress(Single& block) {
    std::array<std::uint32_t, 16> v = {};
    std::copy(block.chain.begin(), block.chain.end(), v.begin());
    std::copy_n(std::begin(blake3::start), 4, v.begin() + 8);
    v[12] = static_cast<std::uint32_t>(block.counter);
    v[13] = static_cast<std::uint32_t>(block.counter >> 32);
    v[14] = static_cast<std::uint32_t>(block.size);
    v[15] = block.flags;
#pragma GCC unroll 7
    for (const auto& order : blake3::schedule.at) {
        const auto& m = block.message;
#pragma GCC unroll 4
        for (unsigned column = 0; column < 4; ++column)
            mix(v[column], v[4 + column], v[8 + column], v[12 + column], m[order[2 * column]],
                m[order[2 * column + 1]]);
#pragma GCC unroll 4
        for (unsigned column = 0; column < 4; ++column)
            mix(v[column], v[4 + (column + 1) % 4], v[8 + (column + 2) % 4],
                v[12 + (column + 3) % 4], m[order[8 + 2 * column]], m[order[9 + 2 * column]]);
    }
    for (unsigned word = 0; word < 8; ++word) block.chain[word] = v[word] ^ v[word + 8];
}

Single started() {
    Single block;
    std::copy(std::begin(blake3::start), std::end(blake3::start), block.chain.begin());
    return block;
}

// But for its last block's flags, which depend on whether it is the root, it is compressed.
Single last_block(const std::uint8_t* bytes, std::size_t size, std::uint64_t number) {
    auto block = started();
    block.counter = number;
    block.flags = blake3::chunk_start;
    while (size > blake3::block_size) {
        std::memcpy(block.message.data(), bytes, blake3::block_size);
        compress(block);
        block.flags = 0;
        bytes += blake3::block_size;
        size -= blake3::block_size;
    }
    block.message = {};
    std::memcpy(block.message.data(), bytes, size);
    block.size = size;
    block.flags |= blake3::chunk_end;
    return block;
}

template <class Chain>
Single parent_of(const Chain& left, const Chain& right) {
    auto block = started();
    block.flags = blake3::parent;
    std::memcpy(block.message.data(), left.data(), chain_size);
    std::memcpy(block.message.data() + 8, right.data(), chain_size);
    return block;
}

Digest chain_of(Single block, unsigned flags = 0) {
    block.flags |= flags;
    compress(block);
    Digest chain = {};
    std::memcpy(chain.data(), block.chain.data(), chain.size());
    return chain;
}

}  // namespace

// What was hashed is the left side of something to come: there is always a chunk behind it.
void Blake3::push(const Chain& chain, std::uint64_t chunks) {
    auto right = chain;
    chunks_ += chunks;
    for (auto whole = chunks_ / chunks; whole % 2 == 0; whole /= 2) {
        right = chain_of(parent_of(left_.back(), right));
        left_.pop_back();
    }
    left_.push_back(right);
}

// Some whole chunks, but never the last one. How many of them make a subtree depends on how many came before.
std::size_t Blake3::add_chunks(std::string_view bytes) {
    const auto count = std::min((bytes.size() - 1) / chunk_size, most_chunks);
    std::array<std::uint8_t, most_chunks * chain_size> chains;
    hash({.from = reinterpret_cast<const std::uint8_t*>(bytes.data()),
          .inputs = count,
          .stride = chunk_size,
          .blocks = chunk_size / blake3::block_size,
          .counter = chunks_,
          .counts = true,
          .first = blake3::chunk_start,
          .last = blake3::chunk_end,
          .to = chains.data()});
    std::size_t subtree = 0;
    for (std::size_t at = 0; at < count; at += subtree) {
        subtree = std::bit_floor(count - at);
        while (chunks_ % subtree != 0) subtree /= 2;
        auto* top = chains.data() + at * chain_size;
        reduce(top, subtree);
        Chain chain = {};
        std::copy_n(top, chain.size(), chain.begin());
        push(chain, subtree);
    }
    return count * chunk_size;
}

void Blake3::fill(std::string_view& bytes) {
    const auto part = std::min(bytes.size(), last_.size() - last_size_);
    std::memcpy(last_.data() + last_size_, bytes.data(), part);
    last_size_ += part;
    bytes.remove_prefix(part);
}

void Blake3::add(std::string_view bytes) {
    if (bytes.empty()) return;
    if (last_size_ > 0) {
        fill(bytes);
        if (bytes.empty()) return;
        push(chain_of(last_block(last_.data(), last_size_, chunks_)), 1);
        last_size_ = 0;
    }
    while (bytes.size() > chunk_size) bytes.remove_prefix(add_chunks(bytes));
    fill(bytes);
}

Digest Blake3::digest() {
    auto top = last_block(last_.data(), last_size_, chunks_);
    for (; !left_.empty(); left_.pop_back()) top = parent_of(left_.back(), chain_of(top));
    const auto found = chain_of(top, blake3::root);
    *this = {};
    return found;
}
