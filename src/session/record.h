// The WPAR's own record of logins: lastlog, utmp and wtmp, where it keeps them. All of it is
// written from inside, as the WPAR's root; a WPAR without these files simply has none.
#pragma once
#include <sys/types.h>

#include <string>

#include "os/dir.h"

namespace session {

struct LoginRecord {
    std::string user = {};
    uid_t uid = 0;
    std::string line = {};  // "pts/3"
    std::string from = {};
    pid_t pid = 0;  // as seen inside
};

/// Notes the login; the line about the one before it: "Last login: Thu Feb 28 17:36:26 2008 on
/// /dev/pts/0 from 10.1.2.3", or nothing.
std::string record_login(const os::Dir& root, const LoginRecord& record);
void record_logout(const os::Dir& root, const LoginRecord& record);

}  // namespace session
