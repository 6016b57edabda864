// What of /etc and /var a fresh WPAR gets. The rules, first match wins:
//
//  1. Never: identity (host keys, machine-id, host name, hosts, interface and fstab configuration,
//  initiator names),
//     secrets (private keys, keytabs, VPN and mail credentials), WPAR definitions. Accounts, hosts,
//     fstab, host name and machine-id are written fresh instead (rootpart/fresh.h).
//  2. Tuning that speaks of this host or its users (cron tables, sudoers, sysctl, firewall,
//  modules): only as the
//     package shipped it.
//  3. Logs and password stores that programs expect to find: an empty file with the same owner and
//  mode.
//  4. Files that packages generate without owning them (PAM's common-*, ld.so.cache, certificates,
//  helpers' records):
//     copied when everybody may read them and no credentials are in them.
//  5. What a package owns: copied when everybody may read it (a change is the administrator's
//  taste) or when it is as
//     shipped. Changed and not readable by all: left out, and told.
//  6. A link: when a package owns it, or when it leads to something that is there (alternatives,
//  enabled units and
//     sites, rcN.d).
//  7. A directory: when a package owns it, when something in it was taken, and those of /var/log.
//  8. Everything else belongs to the administrator or is data: left alone.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace rootpart {

enum class Rule : std::uint8_t {
    never,
    as_shipped,  // rule 2
    empty,       // rule 3
    generated,   // rule 4
    directory,   // a directory that is made though no package owns it
    answers,     // debconf's: without what the installer was told
    ordinary,    // rules 5 to 8
};

/// Of an absolute path.
Rule rule_for(const std::string& path);

/// Whether something below this directory may be taken though no package owns the directory.
bool worth_a_look(const std::string& directory);

/// Where a proxy or a mirror may be named with a password.
bool may_hold_credentials(const std::string& path);
/// "https://user:password@host": such a file is a secret whatever its mode says.
bool has_credentials(std::string_view text);

/// debconf's configuration database without the records that the installer owned (addresses,
/// names).
std::string without_installer_answers(std::string_view text);

}  // namespace rootpart
