// The digest of a file's content as it arrives: in pieces, and with holes, which count as zeros.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>

#include "base/sha256.h"
#include "tar/reader.h"

namespace unpacker {

class ContentDigest {
  public:
    /// Nobody wants it any more once `stop` is true: a hole may be as large as a disk.
    explicit ContentDigest(const std::atomic<bool>* stop = nullptr) : stop_(stop) {}
    /// Pieces come in order: libarchive refuses maps that go backwards, and what did not would not have the digest.
    void add(const tar::Reader::Block& block) {
        fill(block.offset);
        digest_.add({block.bytes.data(), block.bytes.size()});
        at_ += block.bytes.size();
    }
    Digest finish(std::uint64_t size) {
        fill(size);
        at_ = 0;
        return digest_.digest();
    }

  private:
    void fill(std::uint64_t until) {
        static constexpr std::array<char, 65536> zeros = {};
        while (at_ < until && !(stop_ != nullptr && stop_->load(std::memory_order_relaxed))) {
            const auto part = std::min<std::uint64_t>(until - at_, zeros.size());
            digest_.add({zeros.data(), part});
            at_ += part;
        }
    }
    Sha256 digest_ = {};
    std::uint64_t at_ = 0;
    const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace unpacker
