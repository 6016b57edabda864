#include "os/interrupt.h"

#include <signal.h>
#include <string.h>

namespace os {
namespace {

std::atomic<bool> asked = false;
std::atomic<int> caught = 0;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void remember(int number) {
    caught = number;
    asked = true;
}

}  // namespace

void catch_interrupts() {
    struct sigaction action = {};
    action.sa_handler = remember;  // no SA_RESTART: waits end early
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before = {};
        ::sigaction(number, nullptr, &before);
        if (before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);  // nohup stays
    }
}

const std::atomic<bool>& interrupt_flag() { return asked; }

Result<void> heed_interrupt() {
    if (!asked) return {};
    return Error{Kind::interrupted, cat("SIG", ::sigabbrev_np(caught), " received, cleaning up")};
}

}  // namespace os
