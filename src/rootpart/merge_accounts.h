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

}  // namespace rootpart
