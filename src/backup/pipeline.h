// Work for several threads whose results are wanted in order, with a bound on what is under way.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"

namespace backup {

/// `Worker` is what each thread has for itself: made by `make`, given to every job that it does.
template <class Worker, class Product>
class Pipeline {
  public:
    using Job = std::function<Result<Product>(Worker&)>;
    struct Plan {
        unsigned threads = 1;
        std::size_t slots = 4;  // jobs begun or done whose results have not been taken
        std::function<std::unique_ptr<Worker>()> make = {};
        std::function<Result<void>(Product&&)> take =
            {};  // called in order, by one thread at a time
    };

    explicit Pipeline(Plan plan) : plan_(std::move(plan)) {
        for (unsigned thread = 0; thread < plan_.threads; ++thread)
            threads_.emplace_back([this] { work(); });
    }
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;
    ~Pipeline() { stop(); }

    /// Waits for a free slot. The first failure of any job or of `take` is returned by all later calls.
    Result<void> submit(Job job) {
        std::unique_lock turn(lock_);
        changed_.wait(turn, [&] { return slots_.size() < plan_.slots || !failure_; });
        if (!failure_) return failure_;
        slots_.push_back(std::make_shared<Slot>(Slot{std::move(job), {}, false, false}));
        changed_.notify_all();
        return {};
    }

    /// Waits until all is taken.
    Result<void> finish() {
        std::unique_lock turn(lock_);
        changed_.wait(turn, [&] { return slots_.empty() || !failure_; });
        return failure_;
    }

  private:
    struct Slot {
        Job job;
        std::optional<Product> product;
        bool begun;
        bool done;
    };

    void stop() {
        {
            const std::lock_guard turn(lock_);
            ended_ = true;
        }
        changed_.notify_all();
        for (auto& thread : threads_) thread.join();
        threads_.clear();
    }

    std::shared_ptr<Slot> next() {
        for (auto& slot : slots_)
            if (!slot->begun) return slot;
        return nullptr;
    }

    void work() {
        const auto worker = plan_.make();
        std::unique_lock turn(lock_);
        for (;;) {
            std::shared_ptr<Slot> slot;
            changed_.wait(turn, [&] { return ended_ || (slot = next()) != nullptr; });
            if (ended_) return;
            slot->begun = true;
            turn.unlock();
            auto made = slot->job(*worker);
            turn.lock();
            if (made)
                slot->product.emplace(*std::move(made));
            else if (failure_)
                failure_ = made.error();
            slot->done = true;
            hand_over(turn);
            changed_.notify_all();
        }
    }

    // Whoever finds the oldest one done takes it, and those behind it that are.
    void hand_over(std::unique_lock<std::mutex>& turn) {
        if (taking_) return;
        taking_ = true;
        while (failure_ && !slots_.empty() && slots_.front()->done) {
            const auto slot = slots_.front();
            turn.unlock();
            auto taken = plan_.take(std::move(*slot->product));
            turn.lock();
            slots_.pop_front();
            if (!taken && failure_) failure_ = std::move(taken);
            changed_.notify_all();
        }
        taking_ = false;
    }

    Plan plan_;
    std::mutex lock_;
    std::condition_variable changed_;
    std::deque<std::shared_ptr<Slot>> slots_ = {};
    std::vector<std::thread> threads_ = {};
    Result<void> failure_ = {};
    bool taking_ = false;
    bool ended_ = false;
};

}  // namespace backup
