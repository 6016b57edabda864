#include "launch/service_rules.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "base/fd.h"
#include "os/write_all.h"

namespace launch {
namespace {

// Read after those of packages, whose names begin with a number.
constexpr auto file = "/run/systemd/system/service.d/zz-corral-checkpoint.conf";
constexpr std::string_view text =
    "# Written by Corral at each start of a checkpointable workload partition: what these ask for\n"
    "# cannot be saved.\n"
    "[Service]\n"
    "ProtectHostname=no\n"
    "PrivateNetwork=no\n"
    "PrivateUsers=no\n"
    "PrivateIPC=no\n";

bool is_systemd() {
    std::array<char, PATH_MAX> path = {};
    if (::realpath("/sbin/init", path.data()) == nullptr) return false;
    return std::string_view(path.data()).ends_with("/systemd");
}

}  // namespace

Result<void> place_service_rules() {
    if (!is_systemd()) return {};
    for (const auto* directory :
         {"/run/systemd", "/run/systemd/system", "/run/systemd/system/service.d"})
        if (::mkdir(directory, 0755) != 0) return Error::os(errno, "mkdir", directory);
    const UniqueFd rules(::open(file, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644));
    if (!rules) return Error::os(errno, "create", file);
    return os::write_all(rules.get(), text, file);
}

}  // namespace launch
