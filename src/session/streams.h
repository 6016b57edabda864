// What becomes of standard input, output and error: which may go inside as they are, which are
// relayed.
#pragma once
#include <sys/types.h>

#include <array>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace session {

enum class Route {
    pass,      // an anonymous pipe or a socket: goes inside
    null,      // /dev/null or closed: becomes the WPAR's own /dev/null
    terminal,  // the pty inside
    pipe,      // anything else: a pipe, and the caller relays
};

struct Streams {
    std::array<Route, 3> routes = {};
    std::array<UniqueFd, 3> inside;   // ends of the pipes for the child
    std::array<UniqueFd, 3> outside;  // our ends, not blocking
    int error_as = 2;  // 1: standard error is the same file as output and shares its pipe, so that
                       // lines keep their order
    bool has_terminal() const { return routes[0] == Route::terminal; }
};

/// Looks at 0, 1 and 2 and makes the pipes. `terminal`: a pty when both input and output are
/// terminals.
Result<Streams> plan_streams(bool terminal, uid_t owner);

/// In the child: closes every descriptor from 3 on but the streams' ends and `link`. What stays
/// open is a pipe or a socket: no path of the WPAR's (/proc/self/fd/7/../..) can lead through it
/// into the global environment.
Result<void> close_others(const Streams& streams, int link);

/// In the child: descriptors 0, 1 and 2 as planned, for the user; `slave` is the terminal's. All
/// that belong to the global environment are replaced.
Result<void> place_streams(const Streams& streams, int slave, uid_t user);

}  // namespace session
