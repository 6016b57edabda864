#include "session/stop_signal.h"

#include <signal.h>

#include "session/protocol.h"

namespace session {

void hold_stop_signal() {
    sigset_t held = {};
    ::sigemptyset(&held);
    ::sigaddset(&held, protocol::stop_signal);
    ::sigprocmask(SIG_BLOCK, &held, nullptr);
}

bool stop_signal_is_pending() {
    sigset_t pending = {};
    return ::sigpending(&pending) == 0 && ::sigismember(&pending, protocol::stop_signal) == 1;
}

}  // namespace session
