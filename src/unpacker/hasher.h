// Digests of contents, by a thread of its own: what writes files need not wait for them. A file that is not what the
// manifest says is told with one of the next files, or at the end.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "unpacker/comparison.h"
#include "unpacker/content_digest.h"

namespace unpacker {

class Hasher {
  public:
    Hasher();
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;
    ~Hasher();

    /// What is added from now on is the content of that file.
    void begin(const backup::Listed& line);
    /// Of the present file. The bytes are copied unless somebody holds them.
    void add(const tar::Reader::Block& block, std::shared_ptr<const std::string> holder);
    /// The present file is whole.
    Result<void> end(const backup::Listed& line);
    /// Waits until all are known.
    Result<void> finish();

  private:
    struct Item {
        tar::Reader::Block block = {};
        std::shared_ptr<const std::string> holder = {};
        std::optional<backup::Algorithm> begins = {};
        std::optional<backup::Listed> line = {};  // the end of a file
    };
    void put(Item item);
    void work();
    void take(const Item& item);

    std::mutex lock_;
    std::condition_variable changed_;
    std::deque<Item> items_ = {};
    std::size_t bytes_ = 0;  // of these
    bool busy_ = false;
    std::atomic<bool> ended_ = false;
    std::optional<Error> failed_ = {};
    ContentDigest digest_{&ended_};  // the thread's alone
    std::thread thread_ = {};
};

}  // namespace unpacker
