// The walk through /etc and /var that applies the rules of rootpart/rules.h.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/packages.h"
#include "rootpart/populate.h"

namespace rootpart {

struct PrivatePart {
    const os::Dir& global;
    const os::Dir& target;
    const Packages& packages;
    const Options& options;
    const Observer& observer;
};
/// `directories` are absolute ("/etc", "/var"); links are placed last, when what they lead to is
/// there.
Result<void> copy_private_part(const PrivatePart& part,
                               const std::vector<std::string>& directories);

/// Where a link leads, without looking at the disk: ("/etc/rc2.d", "../init.d/ssh") is
/// "/etc/init.d/ssh".
std::string resolved(const std::string& directory, const std::string& leads_to);

}  // namespace rootpart
