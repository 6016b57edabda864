#include "unpacker/makers.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace unpacker {
namespace {

constexpr std::size_t most_bytes = std::size_t{8} << 20;
constexpr std::size_t most_items = 96;  // each may hold a directory open
// Going to sleep and being woken takes as long as a small file: nobody is for one of them.
constexpr std::size_t worth_waking = 12;
constexpr std::size_t taken_at_once = 8;
constexpr std::size_t bytes_at_once = std::size_t{256} << 10;

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

// Those who sleep begin with whatever there is.
void Makers::wait_until(std::unique_lock<std::mutex>& turn, const std::function<bool()>& done) {
    if (failed_ || done()) return;
    awaited_ = true;
    come_.notify_all();
    gone_.wait(turn, [&] { return failed_ || done(); });
    awaited_ = false;
}

// Once it is too much, it goes on when it is half of that.
Result<void> Makers::put(Job job, std::size_t bytes) {
    std::unique_lock turn(lock_);
    const bool some = !items_.empty() || begun_ > 0;
    if (some && (bytes_ + bytes > most_bytes || items_.size() >= most_items))
        wait_until(turn, [&] {
            const bool none = items_.empty() && begun_ == 0;
            return none || (bytes_ + bytes <= most_bytes && bytes_ <= most_bytes / 2 &&
                            items_.size() <= most_items / 2);
        });
    if (failed_) return *failed_;
    bytes_ += bytes;
    items_.push_back({std::move(job), bytes});
    const bool wake = items_.size() >= worth_waking || bytes_ >= bytes_at_once;
    turn.unlock();
    if (wake) come_.notify_one();
    return {};
}

Result<void> Makers::finish() {
    std::unique_lock turn(lock_);
    wait_until(turn, [&] { return items_.empty() && begun_ == 0; });
    return failure();
}

std::size_t Makers::take(std::vector<Item>& some) {
    std::size_t bytes = 0;
    while (!items_.empty() && some.size() < taken_at_once && bytes < bytes_at_once) {
        bytes += items_.front().bytes;
        some.push_back(std::move(items_.front()));
        items_.pop_front();
    }
    begun_ += some.size();
    return bytes;
}

void Makers::work() {
    std::unique_lock turn(lock_);
    std::vector<Item> some;
    for (;;) {
        if (items_.empty())
            come_.wait(turn, [&] {
                const bool enough = items_.size() >= worth_waking || bytes_ >= bytes_at_once;
                return ended_ || (!items_.empty() && (enough || awaited_));
            });
        if (ended_) return;
        const auto bytes = take(some);
        turn.unlock();
        Result<void> done;
        for (auto& item : some) {
            if (done) done = item.job();
            item.job = nullptr;  // what it holds goes now
        }
        turn.lock();
        begun_ -= some.size();
        bytes_ -= bytes;
        some.clear();
        if (!done && !failed_) failed_ = done.error();
        if (awaited_) gone_.notify_one();  // one thread puts and waits
    }
}

}  // namespace unpacker
