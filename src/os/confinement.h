// What every process of a WPAR puts on itself before it runs anything of the WPAR's: init at its
// start, and each later session (clogin). It only ever takes away. The text form is what startwpar
// leaves in /run/wpars/NAME/confinement.
#pragma once
#include <linux/filter.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/idmap.h"

namespace os {

struct Limit {
    int resource = 0;        // RLIMIT_AS, ...
    std::uint64_t soft = 0;  // RLIM_INFINITY: unlimited
    std::uint64_t hard = 0;
};
inline bool operator==(const Limit& left, const Limit& right) {
    return left.resource == right.resource && left.soft == right.soft && left.hard == right.hard;
}

struct Confinement {
    std::uint64_t capabilities = 0;  // bit n: capability n may be had inside (bounding set)
    bool own_users = false;          // a system WPAR: capabilities count in its user namespace only
    IdRange ids = {};                // of that user namespace
    std::vector<Limit> limits = {};
    std::vector<sock_filter> filter = {};  // seccomp; empty: none
};

std::string to_text(const Confinement& confinement);
/// Refuses what to_text would not have written: Kind::invalid with the line.
Result<Confinement> parse_confinement(std::string_view text);

/// Limits, a session keyring of its own, seccomp filter, bounding, inheritable and ambient sets.
/// Call it as the WPAR's root, after joining its namespaces and before changing to a user: the
/// filter needs CAP_SYS_ADMIN there. What the caller itself holds in its permitted set stays, and
/// ends with execve or the change of user.
Result<void> confine(const Confinement& confinement);
/// For a caller that does neither: takes everything else out of the permitted and effective sets.
Result<void> keep_capabilities(std::uint64_t allowed);

}  // namespace os
