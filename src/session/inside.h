// The child's side of a login: from just born to the user's program.
#pragma once
#include "session/enter.h"
#include "session/streams.h"

namespace session {

/// Joins the WPAR's other namespaces and confines itself. Nothing of the WPAR's has been read by
/// then.
Result<void> join(const Entry& entry);

/// Becomes the user's program; tells the caller over `link` what failed.
[[noreturn]] void become_session(const Entry& entry, const Streams& streams, int link) noexcept;

/// Joins, notes in the WPAR's records that the session on `line` has ended, and ends.
[[noreturn]] void become_logout(const Entry& entry, const std::string& line) noexcept;

}  // namespace session
