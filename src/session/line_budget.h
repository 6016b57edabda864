// How many lines of a console go to the journal: its keeper and the journal work with the global environment's time, and
// what they store pushes out others' messages. A boot's worth at once, then a trickle.
#pragma once
#include <algorithm>
#include <cstdint>

namespace session {

class LineBudget {
  public:
    /// `now` in milliseconds, never going back. A line that is not allowed counts as left out.
    bool allows(std::uint64_t now) {
        const auto earned = (now - since_) * per_second / 1000;
        if (earned > 0) {
            left_ = std::min(burst, left_ + earned);
            since_ = now;
        }
        if (left_ == 0) {
            ++left_out_;
            return false;
        }
        --left_;
        return true;
    }
    /// How many were left out since it was last asked.
    std::uint64_t take_left_out() {
        const auto count = left_out_;
        left_out_ = 0;
        return count;
    }
    static constexpr std::uint64_t burst = 1000;
    static constexpr std::uint64_t per_second = 20;

  private:
    std::uint64_t since_ = 0;
    std::uint64_t left_ = burst;
    std::uint64_t left_out_ = 0;
};

}  // namespace session
