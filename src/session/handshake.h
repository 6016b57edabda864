// What the child inside tells the caller outside before it runs the user's program: its terminal,
// or what failed. The end of the link without a failure means that the program runs.
#pragma once
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace session {

struct Link {
    UniqueFd outside;
    UniqueFd inside;
};
Result<Link> make_link();

/// The child's side. Nothing to do when the caller is gone: the child ends soon anyway.
void tell_failure(int link, const Error& error);
Result<void> tell_terminal(int link, int master, const std::string& line);

struct Told {
    enum class What { running, terminal, failure } what = What::running;
    UniqueFd master = UniqueFd();
    std::string line = {};  // "pts/3"
    Error error = {};
};
/// The caller's side: one message, which must be there (poll first).
Result<Told> hear(int link);

}  // namespace session
