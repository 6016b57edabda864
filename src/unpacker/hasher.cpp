#include "unpacker/hasher.h"

#include <utility>

namespace unpacker {
namespace {

constexpr std::size_t most_bytes = std::size_t{4} << 20;
constexpr std::size_t most_items = 4096;
constexpr std::size_t worth_holding = std::size_t{64} << 10;  // a frame is two megabytes

}  // namespace

Hasher::Hasher() : thread_([this] { work(); }) {}

Hasher::~Hasher() {
    {
        const std::lock_guard turn(lock_);
        ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Hasher::put(Item item) {
    std::unique_lock turn(lock_);
    changed_.wait(turn, [&] { return bytes_ < most_bytes && items_.size() < most_items; });
    bytes_ += item.block.bytes.size();
    const bool sleeps = items_.empty();
    items_.push_back(std::move(item));
    turn.unlock();
    if (sleeps) changed_.notify_all();
}

void Hasher::begin(const backup::Listed& line) {
    const auto algorithm = line.digest ? line.digest->algorithm : backup::Algorithm::blake3;
    put({.begins = algorithm});
}

void Hasher::add(const tar::Reader::Block& block, std::shared_ptr<const std::string> holder) {
    Item item{.block = block, .holder = std::move(holder)};
    if (!item.holder || block.bytes.size() < worth_holding) {
        item.holder = std::make_shared<const std::string>(block.bytes.data(), block.bytes.size());
        item.block.bytes = {item.holder->data(), item.holder->size()};
    }
    put(std::move(item));
}

Result<void> Hasher::end(const backup::Listed& line) {
    put({.line = line});
    const std::lock_guard turn(lock_);
    return failed_ ? Result<void>(*failed_) : Result<void>();
}

Result<void> Hasher::finish() {
    std::unique_lock turn(lock_);
    changed_.wait(turn, [&] { return items_.empty() && !busy_; });
    return failed_ ? Result<void>(*failed_) : Result<void>();
}

void Hasher::take(const Item& item) {
    if (item.begins) {
        digest_.begin(*item.begins);
        return;
    }
    if (!item.line) {
        digest_.add(item.block);
        return;
    }
    const auto checked = Comparison::check(*item.line, digest_.finish(item.line->size));
    if (checked) return;
    const std::lock_guard turn(lock_);
    if (!failed_) failed_ = checked.error().within(cat("'/", printable(item.line->path), "'"));
}

void Hasher::work() {
    std::unique_lock turn(lock_);
    for (;;) {
        changed_.wait(turn, [&] { return ended_ || !items_.empty(); });
        if (ended_) return;
        auto batch = std::exchange(items_, {});
        bytes_ = 0;
        busy_ = true;
        turn.unlock();
        changed_.notify_all();
        for (const auto& item : batch) take(item);
        batch.clear();
        turn.lock();
        busy_ = false;
        if (items_.empty()) changed_.notify_all();
    }
}

}  // namespace unpacker
