// Ids of a user namespace: root inside is `first` outside. user_namespaces(7), mount_setattr(2).
#pragma once
#include <sys/types.h>

#include <cstdint>

#include "base/fd.h"
#include "base/result.h"

namespace os {

struct IdRange {
    std::uint32_t first = 0;
    std::uint32_t count = 65536;
    bool operator==(const IdRange&) const = default;
};

/// Gives the user namespace of a fresh process its maps, users and groups alike.
Result<void> write_id_maps(pid_t process, const IdRange& range);

/// A user namespace with these maps; it lives as long as its descriptor.
Result<UniqueFd> make_id_namespace(const IdRange& range);

}  // namespace os
