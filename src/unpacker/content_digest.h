// The digest of a file's content as it arrives: in pieces, and with holes (backup/hole.h).
#pragma once
#include <atomic>

#include "backup/hole.h"
#include "tar/reader.h"

namespace unpacker {

class ContentDigest {
  public:
    /// Nobody wants it any more once `stop` is true.
    explicit ContentDigest(const std::atomic<bool>* stop = nullptr) : stop_(stop) {}
    /// Pieces come in order: libarchive refuses maps that go backwards, and what did not would not have the digest.
    void add(const tar::Reader::Block& block) {
        if (block.bytes.empty()) return;
        fill(block.offset);
        digest_.add({block.bytes.data(), block.bytes.size()});
        at_ += block.bytes.size();
    }
    /// What follows is the content of a file whose digest is of this kind.
    void begin(backup::Algorithm algorithm) {
        digest_ = backup::Sum(algorithm);
        at_ = 0;
    }
    backup::NamedDigest finish(std::uint64_t size) {
        fill(size);
        at_ = 0;
        return digest_.digest();
    }

  private:
    void fill(std::uint64_t until) {
        if (until <= at_ || (stop_ != nullptr && stop_->load(std::memory_order_relaxed))) return;
        backup::add_hole(digest_, until - at_);
        at_ = until;
    }
    backup::Sum digest_ = backup::Sum();
    std::uint64_t at_ = 0;
    const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace unpacker
