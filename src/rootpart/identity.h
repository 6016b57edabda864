// A root that was another WPAR's: what told that one from all others is made this one's. Accounts, keys of users, data and
// settings stay.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/populate.h"

namespace rootpart {

/// In a hosts file, the other one's addresses and name become this one's; what else is written there stays.
std::string renewed_hosts(std::string_view text, const Options& former, const Options& now);

struct Renewal {
    const os::Dir& global;    // of the global environment, for name resolution (-r)
    const os::Dir& software;  // where its programs lie: the target, or the tree that it shares
    const os::Dir& target;
    const Options& former;  // what the other one was filled by
    const Options& now;
};
/// hostname, hosts and machine ids; host keys of ssh and seeds of random numbers go, and are made anew at the first start.
Result<void> renew_identity(const Renewal& how);

}  // namespace rootpart
