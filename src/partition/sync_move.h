// syncwpar -D: a WPAR that writes over a generation goes on to another one.
#pragma once
#include "base/result.h"
#include "partition/observer.h"
#include "registry/journal.h"
#include "rootpart/manifest.h"
#include "spec/definition.h"

namespace partition {

/// The same definition with this generation (Kind::invalid: it has no view over one) below all its views.
Result<spec::Definition> over_generation(const spec::Definition& definition, unsigned number);

/// Kind::denied when packages were installed or upgraded inside: then its software is its own business.
Result<void> packages_must_be_as_delivered(const spec::Definition& definition,
                                           const std::string& level, const std::string& wanted);

/// Kind::denied when something was removed that generations bring.
Result<void> stores_must_be_additions(const spec::Definition& definition);
/// What was written, additions alone, is written again over the new generation, beside; then stores and definition are
/// changed together. The WPAR is stopped and nothing of it is mounted.
Result<void> move_stores(const spec::Definition& before, const spec::Definition& after,
                         registry::Journal& journal, const Observer& observer);

}  // namespace partition
