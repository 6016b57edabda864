// protocol::stop_signal from fork to fork: whoever is about to hold a WPAR keeps it until somebody can act on it. No heap:
// the keeper uses it.
#pragma once

namespace session {

/// Blocked from now on, also in the programs that this process becomes; init begins with nothing blocked.
void hold_stop_signal();
/// Whether it came while it was held.
bool stop_signal_is_pending();

}  // namespace session
