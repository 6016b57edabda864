#include "os/interrupt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace os {
namespace {

// What was caught stays caught, so each look is in a process of its own.
int in_own_process(int (*look)()) {
    const auto child = ::fork();
    if (child == 0) ::_exit(look());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(Interrupt, IsNotThereBeforeASignal) {
    EXPECT_EQ(in_own_process([] {
                  catch_interrupts();
                  return heed_interrupt() && !interrupt_flag() ? 0 : 1;
              }),
              0);
}

TEST(Interrupt, IsRememberedWithItsName) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        static int raised = 0;
        raised = number;
        EXPECT_EQ(in_own_process([] {
                      catch_interrupts();
                      ::raise(raised);
                      const auto heeded = heed_interrupt();
                      const auto wanted = cat("SIG", ::sigabbrev_np(raised), " received");
                      return !heeded && heeded.error().kind == Kind::interrupted &&
                                     interrupt_flag() && heeded.error().text.starts_with(wanted)
                                 ? 0
                                 : 1;
                  }),
                  0);
    }
}

TEST(Interrupt, EndsAWaitEarly) {
    EXPECT_EQ(in_own_process([] {
                  catch_interrupts();
                  ::alarm(20);  // so that a wait that goes on is seen
                  int ends[2];
                  if (::pipe(ends) != 0) return 2;
                  const auto parent = ::getpid();
                  if (::fork() == 0) {
                      while (::kill(parent, SIGINT) == 0 && ::getppid() == parent) ::usleep(10'000);
                      ::_exit(0);
                  }
                  char none = 0;
                  const auto got = ::read(ends[0], &none, 1);
                  return got < 0 && errno == EINTR ? 0 : 1;
              }),
              0);
}

TEST(Interrupt, LeavesASignalThatWasIgnoredFromBirth) {
    EXPECT_EQ(in_own_process([] {
                  ::signal(SIGHUP, SIG_IGN);  // nohup
                  catch_interrupts();
                  ::raise(SIGHUP);
                  return heed_interrupt() ? 0 : 1;
              }),
              0);
}

}  // namespace
}  // namespace os
