#include "rootpart/packages.h"

#include <array>

namespace rootpart {
namespace {

struct Provider {
    bool (*is_there)(const os::Dir& global);
    Result<Packages> (*read)(const os::Dir& global);
};
constexpr std::array providers = {Provider{has_dpkg, read_dpkg}};

}  // namespace

Result<Packages> read_packages(const os::Dir& global) {
    for (const auto& provider : providers)
        if (provider.is_there(global)) return provider.read(global);
    return Error{Kind::unsupported,
                 cat("no known package database in '", global.path(),
                     "': a root can be populated where dpkg manages the global environment "
                     "(/var/lib/dpkg/status)")};
}

}  // namespace rootpart
