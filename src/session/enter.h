// Getting into an active WPAR from the global environment, as `su -` would from inside it.
//
// One child is born in the WPAR's pid namespace and cgroup, not dumpable, joins all other
// namespaces of init at once, puts the WPAR's confinement on itself and only then reads anything of
// the WPAR's own (accounts, motd), which it treats as hostile text. Its terminal is a pty of the
// WPAR's own devpts; the caller relays between that and his own terminal. No descriptor on a
// terminal, file or directory of the global environment goes inside: a file could be opened again
// with more rights through /proc, a terminal could be written to behind the caller's back.
// Anonymous pipes and sockets go in as they are.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/confinement.h"

namespace session {

struct Entry {
    std::string name = {};  // of the WPAR, for messages
    int init = -1;          // its pidfd, from the keeper
    int cgroup = -1;        // directory of its delegated cgroup v2; -1: stay where we are
    std::vector<int> old_groups = {};  // directories of its v1 groups (hybrid hosts)
    os::Confinement confinement = {};  // what its init got at the start
    std::string user = "root";
    std::optional<std::string> command = {};    // for the user's shell; nothing: a login shell
    std::vector<std::string> environment = {};  // "NAME=value": comes on top of what a login sets
    bool ask_password = false;    // the WPAR's own su asks for the user's password first
    std::string from = "Global";  // where the next login says this one came from
    bool terminal =
        true;  // a pty inside when standard input, output and error are terminals; else pipes
};

/// Runs the session to its end: the status as the shell would show it (128 + n for signal n). An
/// Error means that nothing ran: Kind::missing (no such user, WPAR gone), Kind::denied, ...
Result<int> enter(const Entry& entry);

}  // namespace session
