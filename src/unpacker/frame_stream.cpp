// for a parameter of the decompressor that is not fixed yet; where there is none, nothing changes
#define ZSTD_STATIC_LINKING_ONLY
#include "unpacker/frame_stream.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <functional>
#include <system_error>
#include <utility>

namespace unpacker {
namespace {

// What the packer never writes; the rest of the table's claims is checked by its digests.
Result<void> check(const backup::FrameRecord& record, std::uint32_t number) {
    if (record.plain <= backup::frame_size && record.plain > 0 && record.compressed > 0 &&
        record.compressed <= ZSTD_COMPRESSBOUND(backup::frame_size))
        return {};
    return Error{Kind::invalid,
                 cat("frame ", number, " of the backup has a size that none may have")};
}

Error damaged(std::uint32_t number, std::size_t count, std::string_view why) {
    return {Kind::invalid, cat("frame ", number + 1, " of ", count, " of the backup ", why,
                               "; the file is damaged")};
}

}  // namespace

FrameStream::FrameStream(int file, const backup::Frames& frames, FrameRange range, unsigned threads)
    : file_(file), frames_(frames), range_(range), next_(range.first), taken_(range.first) {
    std::uint64_t offset = 0;
    for (std::uint32_t number = 0; number < range.end; ++number) {
        if (number >= range.first) offsets_.push_back(offset);
        offset += frames.all[number].compressed;
    }
    const auto wanted = std::min<std::uint32_t>(threads, range.end - range.first);
    slots_.resize(std::size_t{wanted} + std::min(wanted, 2U) + 1);
    for (unsigned thread = 0; thread < wanted; ++thread) {
        try {
            threads_.emplace_back([this] { work(); });
        } catch (const std::system_error&) {
            return;  // fewer will do, or none, and they must not outlive us
        }
    }
}

FrameStream::~FrameStream() {
    {
        const std::lock_guard turn(lock_);
        ended_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
}

Result<void> FrameStream::load(Worker& worker, std::uint32_t number, std::string& plain) {
    const auto& record = frames_.all[number];
    if (!worker.context) return Error{Kind::other, "no memory to unpack with"};
    TRY(check(record, number));
    worker.packed.resize(record.compressed);
    for (std::size_t done = 0; done < worker.packed.size();) {
        const auto offset = static_cast<off_t>(offsets_[number - range_.first] + done);
        const auto got =
            ::pread(file_, worker.packed.data() + done, worker.packed.size() - done, offset);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::os(errno, "read", "backup");
        if (got == 0) return damaged(number, frames_.all.size(), "is missing");
        done += static_cast<std::size_t>(got);
    }
    backup::Sum digest(frames_.algorithm);
    digest.add(worker.packed);
    if (digest.digest().value != record.digest)
        return damaged(number, frames_.all.size(), "does not have the digest it was written with");
    plain.resize(record.plain);
    // its own checksum would be the third: the frame has its digest, and so has each content
    ZSTD_DCtx_setParameter(worker.context.get(), ZSTD_d_forceIgnoreChecksum, ZSTD_d_ignoreChecksum);
    const auto size = ZSTD_decompressDCtx(worker.context.get(), plain.data(), plain.size(),
                                          worker.packed.data(), worker.packed.size());
    if (ZSTD_isError(size) == 0 && size == plain.size()) return {};
    return damaged(number, frames_.all.size(), "does not hold what the table says");
}

void FrameStream::work() {
    Worker worker;
    std::unique_lock turn(lock_);
    for (;;) {
        changed_.wait(
            turn, [&] { return ended_ || next_ == range_.end || next_ - taken_ < slots_.size(); });
        if (ended_ || next_ == range_.end) return;
        const auto number = next_++;
        const auto plain = slot(number).plain;
        turn.unlock();
        const auto loaded = load(worker, number, *plain);
        turn.lock();
        auto& filled = slot(number);
        if (!loaded) filled.failed = loaded.error();
        filled.done = true;
        changed_.notify_all();
    }
}

// Memory that nobody holds any more.
std::shared_ptr<std::string> FrameStream::room() {
    const auto found = std::find_if(spare_.begin(), spare_.end(),
                                    [](const auto& one) { return one.use_count() == 1; });
    if (found == spare_.end()) return std::make_shared<std::string>();
    std::atomic_thread_fence(std::memory_order_acquire);  // who held it has read what he wanted
    auto free = std::move(*found);
    spare_.erase(found);
    return free;
}

Result<bool> FrameStream::load_next() {
    Worker worker;
    auto plain = room();
    TRY(load(worker, taken_, *plain));
    spare_.push_back(std::exchange(present_, std::move(plain)));
    at_ = 0;
    ++taken_;
    return true;
}

Result<bool> FrameStream::advance() {
    if (taken_ == range_.end) return false;
    if (threads_.empty()) return load_next();
    std::unique_lock turn(lock_);
    auto& first = slot(taken_);
    changed_.wait(turn, [&] { return first.done; });
    if (first.failed) return *first.failed;
    spare_.push_back(std::move(present_));
    if (spare_.size() > slots_.size()) spare_.erase(spare_.begin());
    present_ = std::exchange(first.plain, room());
    first.done = false;
    at_ = 0;
    ++taken_;
    changed_.notify_all();
    return true;
}

Result<std::size_t> FrameStream::read(std::span<char> into) {
    if (at_ == present_->size() && !TRY(advance())) return std::size_t{0};
    const auto size = std::min(into.size(), present_->size() - at_);
    std::copy_n(present_->data() + at_, size, into.data());
    at_ += size;
    return size;
}

Result<std::span<const char>> FrameStream::piece(std::span<char>) {
    if (at_ == present_->size() && !TRY(advance())) return std::span<const char>();
    const std::span<const char> rest(present_->data() + at_, present_->size() - at_);
    at_ = present_->size();
    return rest;
}

std::shared_ptr<const std::string> FrameStream::holder(std::span<const char> bytes) const {
    const auto* begin = present_->data();
    const std::less_equal<const char*> before;
    const bool inside = before(begin, bytes.data()) &&
                        before(bytes.data() + bytes.size(), begin + present_->size());
    return inside ? present_ : nullptr;
}

}  // namespace unpacker
