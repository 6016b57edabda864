#include "partition/copies/backup_rights.h"

#include <algorithm>

#include "security/privileges.h"
#include "spec/defaults.h"
#include "spec/generation.h"
#include "spec/values.h"

namespace partition::copies {
namespace {

void add_privileges(const spec::Security& security, std::vector<std::string>& to) {
    const auto usual = security::default_privileges();
    std::vector<std::string> more;
    for (const auto& one : security.privs)
        if (std::find(usual.begin(), usual.end(), one) == usual.end())
            more.push_back(printable(one));
    if (!more.empty()) to.push_back(cat("privileges beyond the usual: ", join(more, ", ")));
    if (!security.secfile.empty())
        to.push_back(cat("privileges from '", printable(security.secfile), "'"));
}

// As every WPAR has them that says nothing else, and one where only the other of the two is its own.
bool is_shared_software(const spec::Mount& mount) {
    return (mount.directory == "/usr" || mount.directory == "/opt") && mount.vfs == "namefs" &&
           mount.host.empty() && mount.dev == mount.directory && mount.mountopts == "ro";
}

void add_mount(const spec::Mount& mount, std::vector<std::string>& to) {
    const auto at = cat(" on '", printable(mount.directory), "'");
    if (mount.directory == "/proc" || spec::names_generation(mount.dev) ||
        is_shared_software(mount))
        return;
    if (!mount.host.empty() || mount.vfs == "nfs")
        to.push_back(
            cat("'", printable(mount.dev), "' of server '", printable(mount.host), "'", at));
    else if (!mount.dev.empty() && spec::is_own_file_system(mount.vfs))
        to.push_back(cat("the device '", printable(mount.dev), "'", at));
    else if (!mount.dev.empty())
        to.push_back(cat("the global directory '", printable(mount.dev), "'", at, ", ",
                         mount.mountopts.empty() ? "writable" : printable(mount.mountopts)));
}

}  // namespace

std::vector<std::string> rights_of(const spec::Definition& definition) {
    std::vector<std::string> rights;
    add_privileges(definition.security, rights);
    const auto& general = definition.general;
    if (!general.script.empty())
        rights.push_back(cat("the script '", printable(general.script), "' run outside"));
    for (const auto& script : general.postscripts)
        rights.push_back(cat("the script '", printable(script), "' run outside"));
    if (!general.devices.empty())
        rights.push_back(cat("devices that '", printable(general.devices), "' lists"));
    for (const auto& device : definition.devices)
        rights.push_back(cat("the device '", printable(device.devname), "'"));
    for (const auto& extension : definition.kernel_extensions)
        rights.push_back(cat("the kernel extension '", printable(extension.kext), "'"));
    for (const auto& mount :
         spec::without_default_mounts(spec::with_default_mounts(definition)).mounts)
        add_mount(mount, rights);
    return rights;
}

std::vector<std::string> untrusted_rights(const spec::Definition& backup,
                                          const spec::Definition& wanted,
                                          const spec::Definition* present) {
    const auto after = rights_of(wanted);
    const auto before = present == nullptr ? std::vector<std::string>() : rights_of(*present);
    auto rights = rights_of(backup);
    std::erase_if(rights, [&](const std::string& right) {
        return std::find(after.begin(), after.end(), right) == after.end() ||
               std::find(before.begin(), before.end(), right) != before.end();
    });
    return rights;
}

}  // namespace partition::copies
