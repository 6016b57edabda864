// Users and groups of a WPAR brought level with the global environment's: what packages need is added, what was changed
// inside stays. Texts in, texts out; the WPAR's are foreign, and lines that make no sense are passed on as they are.
#pragma once
#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rootpart/accounts.h"

namespace rootpart {

struct AccountChanges {
    Accounts texts = {};
    // owners of what is placed: ids that mean somebody else inside
    std::map<uid_t, uid_t> users = {};
    std::map<gid_t, gid_t> groups = {};
    std::vector<std::string> notes = {};    // "user redis was added"
    std::vector<std::string> clashes = {};  // for the administrator to know
};

struct AccountMerge {
    const Accounts& inside;
    const Accounts& wanted;             // of system_accounts
    std::string_view delivered_passwd;  // empty: unknown
    std::string_view delivered_group;
    bool only_add = false;
};
AccountChanges merge_accounts(const AccountMerge& merge);

/// Lines in blocks of `size` (diversions have three): what is wanted now, and what was added inside since `delivered`,
/// without what was removed inside.
std::string merge_lines(std::string_view inside, std::string_view wanted,
                        std::string_view delivered, std::size_t size = 1);

/// debconf's records, separated by empty lines: those of `first`, and of `second` what `first` does not name.
std::string merge_records(std::string_view first, std::string_view second);

}  // namespace rootpart
