// Open files that cannot be saved: objects that only the kernel knows, devices, sockets, watches on what is gone.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "checkpoint/blockers.h"
#include "checkpoint/findings.h"
#include "checkpoint/mounts.h"
#include "checkpoint/unix_peers.h"
#include "checkpoint/watches.h"

namespace checkpoint {

/// What an open file is, as far as its name and type tell.
struct Object {
    std::string_view link = {};  // "/etc/motd", "anon_inode:[eventpoll]"
    mode_t mode = 0;             // with its type
    dev_t device = 0;            // of a device file
    std::uint64_t links = 1;
    std::uint64_t bytes = 0;  // room that it takes
};
/// Sockets and watches are another matter: these have more to tell.
std::optional<Fault> judge(const Object& object, const Abilities& abilities);

struct Context {
    const Subject& subject;
    const Mounts& mounts;
    std::vector<Unplaced>& unplaced;  // watches that are still to be searched for
    Holdings& holdings;               // sockets, by inode
};
void look_at_descriptors(const Process& process, const Context& context, Findings& findings);

}  // namespace checkpoint
