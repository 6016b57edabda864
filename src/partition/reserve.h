// A name and numbers that are nobody else's, for a WPAR in the making.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "registry/lock.h"
#include "spec/definition.h"

namespace partition {

/// Its id and its range of user ids: the next that are free.
Result<void> number(spec::Definition& definition);
/// The generations it is to have, which may have to be made, and numbers. From here on the name, its id and its ranges are
/// ours: others see them through the lock's announcement.
Result<void> reserve(spec::Definition& definition, registry::AdminLock& lock,
                     const Observer& observer);
/// Kind::exists when there is one of that name.
Result<void> name_must_be_free(const std::string& name);

}  // namespace partition
