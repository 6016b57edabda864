// Threads that make files while another one reads the archive. Work is begun in the order in which it came, and done in any:
// who needs what was made waits for all of it.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"

namespace unpacker {

class Makers {
  public:
    using Job = std::function<Result<void>()>;
    explicit Makers(unsigned threads);
    Makers(const Makers&) = delete;
    Makers& operator=(const Makers&) = delete;
    /// What has not been begun is forgotten.
    ~Makers();

    /// Waits while too much is on the way. The first failure of any job is returned by all later calls.
    Result<void> put(Job job, std::size_t bytes);
    /// Waits until all is done.
    Result<void> finish();

  private:
    struct Item {
        Job job;
        std::size_t bytes = 0;
    };
    void work();
    std::size_t take(std::vector<Item>& some);
    void wait_until(std::unique_lock<std::mutex>& turn, const std::function<bool()>& done);
    Result<void> failure() const { return failed_ ? Result<void>(*failed_) : Result<void>(); }

    std::mutex lock_;
    std::condition_variable come_;  // something to do
    std::condition_variable gone_;  // something was done
    std::deque<Item> items_ = {};
    std::size_t begun_ = 0;  // and not done
    std::size_t bytes_ = 0;  // of these, and of what waits
    bool awaited_ = false;   // by who puts
    bool ended_ = false;
    std::optional<Error> failed_ = {};
    std::vector<std::thread> threads_ = {};
};

}  // namespace unpacker
