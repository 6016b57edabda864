#include "launch/service_rules.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string_view>

#include "base/fd.h"
#include "os/real_path.h"
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
    const auto program = os::real_path("/sbin/init");
    return program && program->ends_with("/systemd");
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
