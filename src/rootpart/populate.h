// Filling a fresh WPAR's root from the global environment's root part: what its packages own or
// generated under /etc, /var and /root, never its secrets, identity or data. What is taken and what
// is not: rootpart/rules.h.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/dir.h"

namespace rootpart {

struct HostLine {
    std::string address = {};  // "192.168.21.136"
    std::string names = {};    // "web1.example.com web1"
};

struct Options {
    bool private_usr = false;  // full copies of /usr and /opt; else empty mount points
    bool private_opt = false;
    std::string hostname = {};
    std::vector<HostLine> hosts = {};  // for /etc/hosts beside localhost: the WPAR's own addresses
    bool copy_name_resolution =
        false;  // -r: resolv.conf, hosts, nsswitch.conf, networks, host.conf as they are
    bool keep_root_password = false;  // of a root that came whole (rootpart/fresh.h, make_own)
    const std::atomic<bool>* stop =
        nullptr;  // asked between files; true ends with Kind::interrupted
};

struct Observer {  // both may be empty; called from the calling thread only
    std::function<void(std::string_view)> placed = {};  // "./usr", as AIX's "x ./usr" prints it
    std::function<void(std::string_view)> left_out =
        {};  // "/etc/app.conf: changed and not readable by all"
};

struct Need {
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;
};
/// What populating will write at most, by file system of the WPAR: the root part, /usr and /opt (0
/// when shared).
struct Estimate {
    Need root = {};
    Need usr = {};
    Need opt = {};
};
Result<Estimate> estimate(const os::Dir& global, const Options& options);

/// `target` is the WPAR's root with its file systems mounted, empty but for mount points and
/// lost+found; `global` is
/// "/" except in tests. Kind::full when space ends, Kind::interrupted when `stop`
/// says so, Kind::unsupported when no package database is known; what was made until then stays,
/// for the caller to remove.
Result<void> populate(const os::Dir& global, const os::Dir& target, const Options& options,
                      const Observer& observer = {});

/// /etc, /var and /root alone, as `populate` makes them: what a synchronisation goes by.
Result<void> populate_root_part(const os::Dir& global, const os::Dir& target,
                                const Options& options, const Observer& observer = {});

}  // namespace rootpart
