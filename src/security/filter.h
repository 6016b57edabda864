// The default seccomp filter: what no WPAR has use for, denied with the error that makes programs fall back.
// The programs are built at compile time by security/generator (libseccomp), because building one takes longer than a
// whole application WPAR may; here they are only chosen. The list with its reasons: security/generator/rules.cpp.
#pragma once
#include <linux/filter.h>

#include <cstdint>
#include <vector>

#include "base/result.h"

namespace security {

struct FilterWish {
    bool application = false;    // no user namespace of its own: may not make one either, nor use the global keyrings
    std::uint64_t capabilities = 0;  // CAP_NET_RAW opens packet sockets, CAP_NET_ADMIN netfilter and xfrm
};
Result<std::vector<sock_filter>> default_filter(const FilterWish& wish);

}  // namespace security
