// The plain bytes of a backup's frames, in order. All processors read, check and unpack frames ahead of whoever reads here;
// no byte of a frame reaches the decompressor unless the frame has the digest that the table gives it.
#pragma once
#include <zstd.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "backup/frame.h"
#include "tar/stream.h"

namespace unpacker {

struct FrameRange {
    std::uint32_t first = 0;
    std::uint32_t end = 0;
};

class FrameStream : public tar::Stream {
  public:
    /// `frames` must outlive it. Without threads, each frame is read when it is asked for.
    FrameStream(int file, const backup::Frames& frames, FrameRange range, unsigned threads);
    ~FrameStream() override;
    Result<std::size_t> read(std::span<char> into) override;
    Result<std::span<const char>> piece(std::span<char> buffer) override;
    /// The frame that these bytes lie in, which lives as long as it is held; nothing when they lie elsewhere.
    std::shared_ptr<const std::string> holder(std::span<const char> bytes) const;

  private:
    struct Slot {
        std::shared_ptr<std::string> plain = std::make_shared<std::string>();
        std::optional<Error> failed = {};
        bool done = false;
    };
    struct Free {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };
    struct Worker {
        std::unique_ptr<ZSTD_DCtx, Free> context{ZSTD_createDCtx()};
        std::string packed = {};
    };
    void work();
    Result<void> load(Worker& worker, std::uint32_t number, std::string& plain);
    Slot& slot(std::uint32_t number) { return slots_[number % slots_.size()]; }
    Result<bool> advance();  // false at the end
    Result<bool> load_next();
    std::shared_ptr<std::string> room();

    int file_;
    const backup::Frames& frames_;
    FrameRange range_;
    std::vector<std::uint64_t> offsets_ = {};  // of each frame from range_.first on
    std::mutex lock_;
    std::condition_variable changed_;
    std::vector<Slot> slots_;
    std::uint32_t next_;   // to be loaded
    std::uint32_t taken_;  // how far it was read
    bool ended_ = false;
    std::shared_ptr<std::string> present_ = std::make_shared<std::string>();
    std::size_t at_ = 0;
    std::vector<std::shared_ptr<std::string>> spare_ = {};  // to be used again once nobody holds it
    std::vector<std::thread> threads_ = {};
};

}  // namespace unpacker
