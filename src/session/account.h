// A WPAR's own accounts, read as what they are: text that its owner may have made to hurt the
// reader. No name service, no library of the system; unusable lines are skipped, every list is
// bounded.
#pragma once
#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/dir.h"

namespace session {

struct Account {
    std::string name = {};
    uid_t uid = 0;
    gid_t gid = 0;
    std::string home = "/";
    std::string shell = "/bin/sh";
    std::vector<gid_t> groups = {};  // the account's own one and those that list it
};

/// Who has no rights at all.
Account nobody();

/// passwd(5): the first usable line of that name. Home and shell are absolute paths without control
/// characters.
std::optional<Account> find_account(std::string_view passwd, std::string_view user);
/// group(5): `own` and every group that lists the user, each once, at most 1024.
std::vector<gid_t> groups_of(std::string_view group, std::string_view user, gid_t own);
/// From etc/passwd and etc/group below `root`. A root that no line describes is made up: clogin is
/// for repairs too.
Result<Account> read_account(const os::Dir& root, const std::string& user);

}  // namespace session
