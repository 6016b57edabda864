#include "partition/copies/snapshot.h"

#include <algorithm>

#include "partition/copies/retarget.h"
#include "partition/storage.h"

namespace partition::copies {
namespace {

constexpr std::size_t longest_name = 25;

// A name that nobody has; it is never saved, and its folder lies beside the original's, to share blocks with it.
Result<spec::Definition> shadow_of(const spec::Definition& original) {
    auto shadow = original;
    shadow.general.name = TRY(free_name(cat("saving-", original.name()).substr(0, longest_name)));
    const auto base = original.directory();
    shadow.general.directory = cat(base.substr(0, base.rfind('/') + 1), shadow.name());
    return shadow;
}

}  // namespace

Result<std::optional<ClonePlan>> plan_snapshot(const spec::Definition& original,
                                               const BackupScope& scope) {
    using filesystem::Type;
    const auto all = TRY(file_systems(original));
    const bool others = std::any_of(all.begin(), all.end(), [&](const auto& one) {
        return (one.type == Type::bind || one.type == Type::nfs) && is_backed_up(one, scope);
    });
    const bool devices = std::any_of(all.begin(), all.end(), [](const auto& one) {
        return filesystem::on_disk(one.type) && !one.device.empty();
    });
    if (others || devices) return std::nullopt;
    auto plan = TRY(plan_clone(original, TRY(shadow_of(original))));
    if (!shares_all(plan)) return std::nullopt;
    TRY(check_clone(plan));
    return plan;
}

}  // namespace partition::copies
