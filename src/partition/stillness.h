// Making a running WPAR stand still for a backup.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "os/guard.h"
#include "registry/journal.h"

namespace partition {

/// All its processes stand still as long as this lives; one that was Frozen before is so afterwards. A command that
/// is killed meanwhile is made up for by its journal.
class Stillness {
  public:
    static Result<Stillness> begin(const std::string& name);
    Stillness(Stillness&& from) noexcept;
    Stillness& operator=(Stillness&&) = delete;
    ~Stillness();
    /// How long it stood still.
    Result<std::chrono::milliseconds> end();

  private:
    Stillness(std::string name, std::optional<registry::Journal> journal)
        : name_(std::move(name)), journal_(std::move(journal)) {}
    std::string name_;
    std::optional<registry::Journal> journal_;
    std::optional<os::Guard> guard_ = {};  // lets it go on
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// Until thaw(). Kind::busy when one of its processes cannot stand still.
Result<void> freeze_all(const std::string& name);
/// The reverse: it goes on. One that runs is fine.
Result<void> thaw(const std::string& name);

}  // namespace partition
