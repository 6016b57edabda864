// Being woken when the kernel kills for want of memory, for whoever holds a WPAR: the keeper, wparexec. No heap, no
// polling, and a WPAR that dies of memory again and again wakes nobody more often than the pause allows.
#pragma once
#include <poll.h>

#include <cstdint>

namespace session {

class OomWatch {
  public:
    OomWatch() = default;
    OomWatch(const OomWatch&) = delete;
    OomWatch& operator=(const OomWatch&) = delete;
    ~OomWatch() { close(); }

    /// Takes the descriptors of cgroup/memory_events.h over; -1 for what there is not. What was held before is closed.
    void hold(int counter, int event);
    int counter() const { return counter_; }
    int event() const { return event_; }

    /// What to poll. `now` is in milliseconds of any steady clock.
    pollfd watched(std::uint64_t now) const;
    /// Milliseconds after which poll has to come back by itself; -1 for never.
    int patience(std::uint64_t now) const;
    /// After each poll: true when processes were killed since the last time.
    bool rose(std::uint64_t now, short events);

  private:
    void close();
    bool read_counter(std::uint64_t& count);
    static constexpr std::uint64_t shortest_pause = 1000;
    static constexpr std::uint64_t longest_pause = 32'000;
    int counter_ = -1;
    int event_ = -1;
    std::uint64_t known_ = 0;
    std::uint64_t look_at_ = 0;  // until then nothing is polled, then it is looked once; 0: polled
    std::uint64_t pause_ = shortest_pause;
};

/// The smaller of two, of which -1 is the largest.
constexpr int sooner(int one, int other) {
    if (one < 0 || other < 0) return one < 0 ? other : one;
    return one < other ? one : other;
}

}  // namespace session
