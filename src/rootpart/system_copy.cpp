#include "rootpart/system_copy.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>

#include "rootpart/accounts.h"
#include "rootpart/place.h"
#include "rootpart/rules.h"

namespace rootpart {
namespace {

constexpr std::size_t account_limit = 16 << 20;

// glob(7); '*' matches '/' too.
constexpr std::array identity = {
    "/etc/systemd/system/*.mount",
    "/etc/systemd/system/*.automount",
    "/etc/systemd/system/*.swap",
    "/etc/dhcp/dhclient.conf",
    "/etc/initramfs-tools/conf.d/resume",
    "/etc/udev/rules.d/70-persistent-*",
    "/var/lib/dbus/machine-id",
    "/var/lib/systemd/random-seed",
    "/var/lib/systemd/credential.secret",
    "/var/lib/dhcp/*",
    "/var/lib/NetworkManager/*",
    "/var/lib/iscsi/*",
    "/tmp/*",
};

constexpr std::array secrets = {
    "/etc/ssh/ssh_host_*",
    "/etc/shadow",
    "/etc/shadow[-+]",
    "/etc/gshadow",
    "/etc/gshadow[-+]",
    "/etc/security/opasswd",
    "/etc/ssl/private/*",
    "/etc/ssl/certs/ssl-cert-snakeoil.pem",
    "/etc/letsencrypt",
    "/etc/wireguard/*",
    "/etc/wpa_supplicant/*.conf",
    "/etc/openvpn/*.conf",
    "/etc/ppp/*-secrets",
    "/etc/ipsec.secrets",
    "/etc/ipsec.d/private/*",
    "/etc/swanctl/private/*",
    "/etc/krb5.keytab",
    "/etc/apt/auth.conf*",
    "*/.gnupg/private-keys*",
    "*/.netrc",
    "*/.pgpass",
    "*/.git-credentials",
    "/root/.*_history",
    "/home/*/.*_history",
    "/var/cache/debconf/passwords.dat*",
};

// Accounts are no identity of a machine, though a fresh WPAR gets others; and software stays configured.
constexpr std::array kept = {"/etc/wpars",      "/etc/passwd",    "/etc/passwd[-+]", "/etc/group",
                             "/etc/group[-+]",  "/etc/subuid",    "/etc/subuid[-+]", "/etc/subgid",
                             "/etc/subgid[-+]", "/etc/.pwd.lock", "/etc/mailname"};

// Below a .ssh, which may be any account's. A private key has whatever name its owner gave it; these are none.
constexpr std::array no_keys = {"*.pub",    "*/authorized_keys*", "*/known_hosts*",
                                "*/config", "*/config.d",         "*/config.d/*"};

template <std::size_t Count>
bool any_matches(const std::array<const char*, Count>& patterns, const std::string& path) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const char* pattern) {
        return ::fnmatch(pattern, path.c_str(), FNM_NOESCAPE) == 0;
    });
}

bool is_secret(const std::string& path) {
    const bool of_ssh = path.find("/.ssh/") != std::string::npos;
    return any_matches(secrets, path) || (of_ssh && !any_matches(no_keys, path));
}

bool any_is_above(const std::vector<std::string>& directories, const std::string& path) {
    return std::any_of(directories.begin(), directories.end(), [&](const std::string& each) {
        return path == each || path.starts_with(each + "/");
    });
}

}  // namespace

bool is_left_out(const CopyRules& rules, const std::string& path) {
    if (any_is_above(rules.left_out, path)) return true;
    if (any_is_above(rules.wpars, path)) return !rules.keep_wpars;
    if (is_secret(path)) return !rules.keep_private;
    if (any_matches(identity, path)) return true;
    return rule_for(path) == Rule::never && !any_matches(kept, path);
}

Result<void> write_locked_accounts(const os::Dir& global, const os::Dir& target) {
    for (const std::string path : {"etc/shadow", "etc/gshadow"}) {
        if (!global.has(path)) continue;
        const auto text = TRY(global.read(path, account_limit));
        TRY(place_file(global, target, {path, without_hashes(text), 0600, path}));
    }
    return {};
}

}  // namespace rootpart
