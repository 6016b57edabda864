#include "os/interrupt.h"

#include <signal.h>
#include <string.h>

namespace os {
namespace {

volatile sig_atomic_t caught = 0;

}  // namespace

void catch_interrupts() {
    struct sigaction action = {};
    action.sa_handler = [](int number) { caught = number; };  // no SA_RESTART: waits end early
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before = {};
        ::sigaction(number, nullptr, &before);
        if (before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);  // nohup stays
    }
}

int interrupted() { return caught; }

Result<void> heed_interrupt() {
    if (caught == 0) return {};
    return Error{Kind::interrupted, cat("SIG", ::sigabbrev_np(caught), " received, cleaning up")};
}

}  // namespace os
