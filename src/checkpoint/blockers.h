// What stands in the way of a checkpoint, said before it is tried.
//
// CRIU looks at one process after another and gives up at the first thing that it cannot save, by
// then with the whole WPAR stopped. This asks the kernel the same questions beforehand, of
// processes that run on meanwhile, and names everything at once: which process, what it holds, and
// what to do about it. It never stops, signals or changes a process; of what it opens (a duplicate
// of a socket, to ask its kind) nothing is read.
//
// All it reads belongs to whoever is root inside: numbers of processes, descriptors, mappings and
// the names of files are his choice, so everything is bounded and shown as printable text. A process
// that ends meanwhile is passed over.
//
// What counts as a blocker is what CRIU does (3.17.1 of Debian 12 up to 4.2); what only newer ones can is in Abilities.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace checkpoint {

struct Blocker {
    pid_t pid = 0;             // as the global environment numbers it; 0: not one process's
    pid_t inner_pid = 0;       // as the WPAR does; 0: it has no number there
    std::string command = {};  // what the process calls itself; printable
    std::string what = {};     // "descriptor 7: socket of family packet"
    std::string remedy = {};
    bool passing = false;  // a moment's matter: another attempt may find it gone
};
/// "process 4711 (inside 37, nginx): descriptor 7: ...; REMEDY".
std::string shown(const Blocker& blocker);

/// What the CRIU that will do it is able to (checkpoint/criu_probe.h).
struct Abilities {
    bool pidfds = false;        // since 4.1
    bool ping_sockets = false;  // since 4.2
    bool programs_32bit = false;
    std::uint64_t ghost_bytes = 1 << 20;  // the largest deleted file that it takes along
};

struct Subject {
    pid_t init = 0;
    std::vector<pid_t> processes = {};  // all of its cgroup's; init among them or not
    Abilities abilities = {};
    /// Below which CRIU looks for what is watched and cannot be found otherwise (--irmap-scan-path), beside its own list.
    std::vector<std::string> scan_paths = {};
    /// Mounts that are given back from outside, as init sees them.
    std::vector<std::string> external_mounts = {};
    std::string proc = "/proc";
};
/// Empty: nothing known stands in the way. At most `most_blockers` are told.
Result<std::vector<Blocker>> blockers(const Subject& subject);
inline constexpr std::size_t most_blockers = 500;
/// Of file systems alone: quick enough for when all its processes stand still.
Result<std::vector<Blocker>> blocking_mounts(const Subject& subject);

/// The same, asked again and again while all that is found is passing, until the patience ends: a server under load has always
/// just got a connection that it is about to accept. `subject` is called for each round.
Result<std::vector<Blocker>> settled_blockers(const std::function<Result<Subject>()>& subject,
                                              std::chrono::milliseconds patience);

}  // namespace checkpoint
