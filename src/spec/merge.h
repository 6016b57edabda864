// Several sources, one definition: defaults < an existing WPAR (-e) or a file (-f) < the command
// line; and taking settings back (chwpar -K).
#pragma once
#include <string_view>

#include "base/result.h"
#include "spec/definition.h"

namespace spec {

/// `base` with what `over` says instead. An attribute of `over` counts where it differs from its
/// default. Lists grow; an entry about the same thing takes the old one's place: a mount of the
/// same directory as a whole, an address, route (destination and gateway), device or extension
/// attribute by attribute. Routes imply routing (-i). general.type is `base`'s unless `over` is an
/// application WPAR.
Definition merge(Definition base, const Definition& over);

/// For a new WPAR: merge, but addresses in `over` (-N) replace all of the source's, as no two WPARs
/// can share one.
Definition derive(Definition source, const Definition& over);

/// What a new WPAR may inherit from an existing one (-e): all but its name, what follows from the
/// name (host name, base directory), its identity (uuid, key, ids, dates, owner, type) and
/// `preserve`.
Definition copy_of(const Definition& existing);

// chwpar -K. Kind::missing if there is none such; the message lists those that there are.
Result<void> remove_network(Definition& definition,
                            const Network& which);  // by address or address6
Result<void> remove_route(Definition& definition,
                          const Route& which);  // all its attributes must match
Result<void> remove_mount(Definition& definition, std::string_view directory);
Result<void> remove_device(Definition& definition, const Device& which);  // by devname or devid
Result<void> remove_kernel_extension(Definition& definition, std::string_view kext);

}  // namespace spec
