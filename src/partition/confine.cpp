#include "partition/confine.h"

#include "os/dir.h"
#include "registry/paths.h"

namespace partition {

Result<void> store_confinement(const std::string& name, const os::Confinement& confinement) {
    return os::replace_file({.path = registry::paths::confinement(name),
                             .text = os::to_text(confinement),
                             .mode = 0600,
                             .sync = false});
}

Result<os::Confinement> load_confinement(const std::string& name) {
    const auto path = registry::paths::confinement(name);
    return os::parse_confinement(TRY(os::read_file(path))).within(path);
}

}  // namespace partition
