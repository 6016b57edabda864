#include "os/idmap.h"

#include "os/dir.h"

namespace os {

Result<void> write_id_maps(pid_t process, const IdRange& range) {
    const auto map = cat("0 ", range.first, " ", range.count);
    TRY(write_existing(cat("/proc/", process, "/uid_map"), map));
    return write_existing(cat("/proc/", process, "/gid_map"), map);
}

}  // namespace os
