// Users and groups for a fresh WPAR: the system's, without people, secrets and members from
// outside. Texts in, texts out; see passwd(5), group(5), shadow(5), gshadow(5).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace rootpart {

struct Accounts {
    std::string passwd = {};
    std::string group = {};
    std::string shadow = {};
    std::string gshadow = {};
};

/// Kept: root, ids below 1000, nobody and nogroup (65534), and those Debian gives out to packages
/// (60000-64999). Every shadow entry is locked ("*") and dated `day` (days since 1970). Lines that
/// are no entries are dropped.
Accounts system_accounts(std::string_view passwd, std::string_view group, std::uint64_t day);

/// The entries of shadow or gshadow, the hashes replaced by "*": of all accounts, or of one. What is locked stays as it is.
std::string without_hashes(std::string_view shadow, std::string_view only = {});

}  // namespace rootpart
