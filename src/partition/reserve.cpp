#include "partition/reserve.h"

#include "partition/generation_make.h"
#include "partition/move_stay.h"
#include "partition/storage.h"
#include "registry/ids.h"
#include "registry/store.h"
#include "spec/file.h"

namespace partition {

Result<void> number(spec::Definition& definition) {
    auto ids = TRY(registry::allocate_ids());
    // what runs already knows its range; who only has files takes any
    const auto wished = definition.general.idbase;
    if (wished != 0 && TRY(registry::ids_are_free({ids.key, wished}, definition.name())))
        ids.idbase = wished;
    definition.general.key = ids.key;
    definition.general.idbase = ids.idbase;
    return {};
}

// A generation that it is to have cannot be removed before others see that.
Result<void> reserve(spec::Definition& definition, registry::AdminLock& lock,
                     const Observer& observer) {
    TRY(check_sizes(definition));
    auto settled = TRY(settle_generations(std::move(definition), observer));
    definition = std::move(settled.definition);
    const auto turn = TRY(registry::lock_registry());
    TRY(number(definition));
    if (!registry::defined(definition.name())) TRY(forget_ended_move(definition.name(), observer));
    return lock.announce(spec::write(definition));
}

Result<void> name_must_be_free(const std::string& name) {
    if (!registry::defined(name)) return {};
    return Error{Kind::exists,
                 cat("A workload partition called ", name,
                     " exists already; choose another name, or remove it with rmwpar")};
}

}  // namespace partition
