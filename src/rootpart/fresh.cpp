#include "rootpart/fresh.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <ctime>

#include "rootpart/accounts.h"
#include "rootpart/place.h"
#include "rootpart/services.h"

namespace rootpart {
namespace {

constexpr std::size_t account_limit = 16 << 20;

// Of a trusted tree, links included: resolv.conf is often one.
std::string text_of(const os::Dir& global, const std::string& path) {
    const auto text = global.read(path, account_limit);
    return text ? *text : std::string();
}

std::uint64_t today() {
    constexpr std::time_t day = 86400;
    return static_cast<std::uint64_t>(std::time(nullptr) / day);
}

Result<void> write_accounts(const os::Dir& global, const os::Dir& target) {
    const auto passwd = TRY(global.read("etc/passwd", account_limit));
    const auto group = TRY(global.read("etc/group", account_limit));
    const auto accounts = system_accounts(passwd, group, today());
    TRY(place_file(global, target, {"etc/passwd", accounts.passwd, 0644, "etc/passwd"}));
    TRY(place_file(global, target, {"etc/group", accounts.group, 0644, "etc/group"}));
    TRY(place_file(global, target, {"etc/shadow", accounts.shadow, 0600, "etc/shadow"}));
    TRY(place_file(global, target, {"etc/gshadow", accounts.gshadow, 0600, "etc/gshadow"}));
    TRY(place_file(global, target, {"etc/subuid", "", 0644, "etc/subuid"}));
    return place_file(global, target, {"etc/subgid", "", 0644, "etc/subgid"});
}

// A stub that listens on a loopback address of the global environment cannot be reached from a
// WPAR; systemd-resolved keeps the real servers beside it.
std::string resolver_text(const os::Dir& global) {
    auto text = text_of(global, "etc/resolv.conf");
    if (text.find("nameserver 127.0.0.53") == std::string::npos) return text;
    auto behind = text_of(global, "run/systemd/resolve/resolv.conf");
    return behind.empty() ? text : behind;
}

Result<void> write_identity(const os::Dir& global, const os::Dir& target, const Options& options) {
    TRY(place_file(global, target, {"etc/hostname", options.hostname + "\n"}));
    if (options.copy_name_resolution) {
        TRY(write_name_resolution(global, target, options));
    } else {
        TRY(place_file(global, target, {"etc/hosts", hosts_text(options)}));
    }
    TRY(place_file(global, target,
                   {"etc/fstab",
                    "# The file systems of this workload partition are mounted from the global "
                    "environment.\n"}));
    // empty: systemd makes a new one. "uninitialized" would make it ask questions and enable every
    // service.
    if (global.has("etc/machine-id")) TRY(place_file(global, target, {"etc/machine-id", "", 0444}));
    if (global.has("etc/network/interfaces"))
        TRY(place_file(global, target,
                       {"etc/network/interfaces",
                        "# The interfaces of this workload partition are configured from the "
                        "global environment.\n"}));
    return {};
}

// Debian's own templates, not what root made of them.
Result<void> write_home_of_root(const os::Dir& global, const os::Dir& target) {
    TRY(ensure_directory(global, target, "root"));
    for (const auto* name : {"bashrc", "profile"}) {
        const auto text = text_of(global, cat("usr/share/base-files/dot.", name));
        if (!text.empty()) TRY(place_file(global, target, {cat("root/.", name), text}));
    }
    return {};
}

Result<void> adjust_sshd(const os::Dir& global, const os::Dir& target) {
    const auto* const path = "etc/ssh/sshd_config";
    const auto text = target.read(path);
    if (!text) return {};  // no sshd
    const auto adjusted = without_listen_addresses(*text);
    if (adjusted == *text) return {};
    return place_file(global, target, {path, adjusted, 0644, path});
}

}  // namespace

std::string hosts_text(const Options& options) {
    auto text = std::string(
        "127.0.0.1\tlocalhost\n"
        "::1\tlocalhost ip6-localhost ip6-loopback\n"
        "ff02::1\tip6-allnodes\n"
        "ff02::2\tip6-allrouters\n");
    if (options.hosts.empty() && !options.hostname.empty())
        text += cat("127.0.1.1\t", options.hostname, "\n");
    for (const auto& line : options.hosts) text += cat(line.address, "\t", line.names, "\n");
    return text;
}

std::string hosts_text(std::string_view global_hosts, const Options& options) {
    if (global_hosts.empty()) return hosts_text(options);
    auto text = std::string(global_hosts);
    if (!text.ends_with('\n')) text += '\n';
    for (const auto& line : options.hosts) text += cat(line.address, "\t", line.names, "\n");
    return text;
}

std::string without_listen_addresses(std::string_view sshd_config) {
    std::string kept;
    for (const auto& line : split(sshd_config, '\n')) {
        auto first = words(line).empty() ? std::string() : words(line).front();
        for (auto& letter : first)
            if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
        kept += cat(first.starts_with("listenaddress") ? "#" : "", line, "\n");
    }
    if (!kept.empty()) kept.pop_back();  // split gave one part more than there were line ends
    return kept;
}

namespace {

Result<void> lock_root(const os::Dir& target) {
    const auto shadow = target.read("etc/shadow", account_limit);
    if (!shadow) return {};  // a small system may have none
    return place_file(target, target,
                      {"etc/shadow", without_hashes(*shadow, "root"), 0600, "etc/shadow"});
}

Result<void> place_mount_points(const os::Dir& target) {
    for (const auto* name : {"dev", "proc", "run", "sys"})
        if (!target.has(name)) TRY(ensure_directory(target, target, name));
    const auto temporary = target.stat("tmp");
    if (temporary && !S_ISDIR(temporary->st_mode)) return {};  // a link: the image's own way
    const auto made = TRY(ensure_directory(target, target, "tmp"));
    if (::fchmod(made.fd(), 01777) == 0) return {};
    return Error::os(errno, "chmod", made.path());
}

}  // namespace

Result<void> write_name_resolution(const os::Dir& global, const os::Dir& target,
                                   const Options& options) {
    TRY(place_file(global, target, {"etc/resolv.conf", resolver_text(global)}));
    TRY(place_file(global, target,
                   {"etc/hosts", hosts_text(text_of(global, "etc/hosts"), options)}));
    for (const auto* path : {"etc/networks", "etc/nsswitch.conf", "etc/host.conf"})
        if (global.has(path)) TRY(place_file(global, target, {path, text_of(global, path)}));
    return {};
}

Result<void> forget_machine_ids(const os::Dir& target) {
    if (target.has("etc/machine-id") || target.has("usr/lib/systemd/systemd") ||
        target.has("lib/systemd/systemd"))
        TRY(place_file(target, target, {"etc/machine-id", "", 0444}));
    struct stat found = {};
    const auto bus = target.beneath("var/lib/dbus");
    if (bus && ::fstatat(bus->fd(), "machine-id", &found, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(found.st_mode))
        TRY(bus->unlink("machine-id"));
    return {};
}

Result<void> make_own(const os::Dir& global, const os::Dir& target, const Options& options) {
    // it is a base directory, too, whatever the root it came from said of itself
    if (::fchown(target.fd(), 0, 0) != 0 || ::fchmod(target.fd(), 0755) != 0)
        return Error::os(errno, "chmod", target.path());
    TRY(place_mount_points(target));
    // only what is there already is made this machine's own
    auto identity = options;
    identity.copy_name_resolution = false;
    TRY(write_identity(target, target, identity));
    TRY(forget_machine_ids(target));
    if (options.copy_name_resolution) TRY(write_name_resolution(global, target, options));
    TRY(adjust_sshd(target, target));
    if (!options.keep_root_password) TRY(lock_root(target));
    return write_services(target, target);
}

Result<void> write_fresh(const os::Dir& global, const os::Dir& target, const Options& options) {
    TRY(write_accounts(global, target));
    TRY(write_identity(global, target, options));
    TRY(adjust_sshd(global, target));
    return write_home_of_root(global, target);
}

}  // namespace rootpart
