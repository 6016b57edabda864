#include "partition/stillness.h"

#include <utility>

#include "partition/group.h"
#include "partition/reverse.h"
#include "partition/state.h"

namespace partition {
namespace {

constexpr auto patience = std::chrono::seconds(10);

}  // namespace

Result<void> thaw(const std::string& name) {
    const auto group = open_group(name);
    if (!group && group.error().kind == Kind::missing) return {};
    if (!group) return group.error();
    return group->thaw();
}

Result<void> freeze_all(const std::string& name) {
    const auto group = TRY(open_group(name));
    if (TRY(group.freeze(patience))) return {};
    return Error{Kind::busy,
                 cat("not all processes of ", name, " stood still within ", patience.count(),
                     " seconds; one waits for a disk or a server "
                     "that does not answer")};
}

Result<Stillness> Stillness::begin(const std::string& name) {
    if (is_frozen(name)) return Stillness(name, std::nullopt);
    // from here on its end takes the journal away, also when a signal asks to stop
    Stillness still(name, TRY(registry::Journal::begin(name, registry::Lifetime::boot)));
    TRY(still.journal_->will(reverse::thaw(name)));
    // a service must not stand still for ever because a backup was killed: nobody may look for hours
    still.guard_.emplace(TRY(os::Guard::set({.act = [&](int) { (void)thaw(name); }})));
    TRY(freeze_all(name));
    return still;
}

Stillness::Stillness(Stillness&& from) noexcept
    : name_(std::move(from.name_)),
      journal_(std::exchange(from.journal_, std::nullopt)),
      guard_(std::exchange(from.guard_, std::nullopt)),
      begun_(from.begun_) {}

Stillness::~Stillness() {
    if (journal_) (void)end();  // an earlier error is on its way already
}

Result<std::chrono::milliseconds> Stillness::end() {
    auto journal = std::exchange(journal_, std::nullopt);
    if (!journal) return std::chrono::milliseconds(0);
    const auto thawed = thaw(name_);
    guard_.reset();
    TRY(thawed);
    const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begun_);
    TRY(journal->done());
    return lasted;
}

}  // namespace partition
