#include "unpacker/makers.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace unpacker {
namespace {

constexpr std::size_t most_bytes = std::size_t{8} << 20;
constexpr std::size_t most_items = 96;  // each may hold a directory open

}  // namespace

Makers::Makers(unsigned threads) {
    for (unsigned thread = 0; thread < std::max(1U, threads); ++thread) {
        try {
            threads_.emplace_back([this] { work(); });
        } catch (const std::system_error&) {
            if (threads_.empty()) throw;
            return;  // fewer will do, and they must not outlive us
        }
    }
}

Makers::~Makers() {
    {
        const std::lock_guard turn(lock_);
        ended_ = true;
    }
    come_.notify_all();
    for (auto& thread : threads_) thread.join();
}

Result<void> Makers::put(Job job, std::size_t bytes) {
    std::unique_lock turn(lock_);
    gone_.wait(turn, [&] {
        const bool some = !items_.empty() || begun_ > 0;
        return failed_ || !some || (bytes_ + bytes <= most_bytes && items_.size() < most_items);
    });
    if (failed_) return *failed_;
    bytes_ += bytes;
    items_.push_back({std::move(job), bytes});
    turn.unlock();
    come_.notify_one();
    return {};
}

Result<void> Makers::finish() {
    std::unique_lock turn(lock_);
    gone_.wait(turn, [&] { return failed_ || (items_.empty() && begun_ == 0); });
    return failure();
}

void Makers::work() {
    std::unique_lock turn(lock_);
    for (;;) {
        come_.wait(turn, [&] { return ended_ || !items_.empty(); });
        if (ended_) return;
        auto item = std::move(items_.front());
        items_.pop_front();
        ++begun_;
        turn.unlock();
        const auto done = item.job();
        item.job = nullptr;  // what it holds goes now
        turn.lock();
        --begun_;
        bytes_ -= item.bytes;
        if (!done && !failed_) failed_ = done.error();
        gone_.notify_one();  // one thread puts and waits
    }
}

}  // namespace unpacker
