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

void catch_one(int number) {
    struct sigaction action = {};
    action.sa_handler = remember;  // no SA_RESTART: waits end early
    struct sigaction before = {};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);  // nohup stays
}

}  // namespace

void catch_interrupts(std::initializer_list<int> also) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) catch_one(number);
    for (const int number : also) catch_one(number);
}

const std::atomic<bool>& interrupt_flag() { return asked; }

Result<void> heed_interrupt() {
    if (!asked) return {};
    return Error{Kind::interrupted, cat("SIG", ::sigabbrev_np(caught), " received, cleaning up")};
}

}  // namespace os
