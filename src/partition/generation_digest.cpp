#include "partition/generation_digest.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "generation/fingerprint.h"
#include "generation/packages.h"
#include "os/interrupt.h"
#include "rootpart/packages.h"
#include "rootpart/rules.h"

namespace partition {
namespace {

constexpr std::size_t status_limit = 256 << 20;

// What a fresh WPAR gets of /etc, by the rules that fill it; of /var the package database says it all.
bool is_taken(const rootpart::Packages& packages, const std::string& path, bool directory) {
    const auto rule = rootpart::rule_for(path);
    if (rule == rootpart::Rule::never) return false;
    if (directory) return packages.owns(path) || rootpart::worth_a_look(path);
    return packages.owns(path) ||
           (rule != rootpart::Rule::ordinary && rule != rootpart::Rule::as_shipped);
}

bool is_own_directory(const os::Dir& global, const std::string& name) {
    const auto found = global.stat(name);
    return found && S_ISDIR(found->st_mode);
}

}  // namespace

std::string package_status(const os::Dir& global) {
    auto status = global.read("var/lib/dpkg/status", status_limit);
    return status ? *std::move(status) : std::string();
}

Result<SoftwareDigest> digest_software(const os::Dir& global) {
    SoftwareDigest digest;
    const auto status = package_status(global);
    digest.packages = sha256(status);
    digest.package_count = generation::packages_of(status).size();
    generation::Fingerprint print;
    // where /usr is merged the others are links into it
    for (const std::string name : {"usr", "opt", "bin", "sbin", "lib", "lib32", "lib64", "libx32"})
        if (is_own_directory(global, name))
            TRY(print.add_tree(TRY(global.beneath(name)),
                               {.shown = cat("/", name), .stop = &os::interrupt_flag()}));
    const auto packages = TRY(rootpart::read_packages(global));
    TRY(print.add_tree(TRY(global.beneath("etc")),
                       {.shown = "/etc", .wanted = [&](const std::string& path, bool directory) {
                            return is_taken(packages, path, directory);
                        }}));
    digest.content = print.finish();
    digest.files = print.files();
    digest.bytes = print.bytes();
    return digest;
}

}  // namespace partition
