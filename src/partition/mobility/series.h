// wparexec --checkpoint-every: an application is stored every so often, and goes on from the last time when the same command
// line is given again. Each checkpoint lies in a numbered directory of its own. The one before the last is given up when
// the last is whole: so there is always a whole one, whatever is killed when.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "partition/observer.h"

namespace partition::mobility {

struct SeriesPlan {
    std::string name = {};       // of the WPAR
    std::string directory = {};  // of its checkpoints
    std::chrono::seconds interval = {};
};

class Series {
  public:
    using Clock = std::chrono::steady_clock;
    /// Makes the directory, where nobody but root rules. The first checkpoint is due an interval later.
    static Result<Series> begin(const SeriesPlan& plan);

    /// Milliseconds until the next is due; -1 while one is under way, or is held back: then the wait ends by what holds it back.
    int patience(Clock::time_point now) const;
    /// A pidfd that tells when the one under way has ended; -1: none is.
    int watched() const { return worker_.get(); }
    /// Whether none may begin: it would lack what the last one has, and take its place.
    void hold_back(bool held) { held_back_ = held; }
    /// After each wait.
    void turn(Clock::time_point now, const Observer& observer);
    /// Waits for the one under way.
    void finish();
    /// When the command has come to its end there is nothing to go on from.
    Result<void> remove_all();

  private:
    explicit Series(SeriesPlan plan)
        : plan_(std::move(plan)), due_(Clock::now() + plan_.interval) {}
    Result<void> start_next();
    Result<void> remove_others();
    bool take_end();
    void tell_failure(const Observer& observer) const;
    SeriesPlan plan_;
    Clock::time_point due_;
    UniqueFd worker_;
    UniqueFd said_;  // what it says of a failure
    pid_t pid_ = 0;
    bool held_back_ = false;
    bool told_ = false;         // that it is
    std::uint64_t number_ = 0;  // of the one under way, or the last
};

/// Numbers of checkpoints among the names in such a directory, the oldest first.
std::vector<std::uint64_t> numbers_among(const std::vector<std::string>& names);
/// The directory of each checkpoint there, the newest first; half ones, too. A directory that is not there has none.
Result<std::vector<std::string>> checkpoints_in(const std::string& directory);
/// "90", "90s", "10m", "2h", "1d": at least a second.
Result<std::chrono::seconds> parse_interval(const std::string& text);

}  // namespace partition::mobility
