#include "os/guard.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace os {
namespace {

struct Pipe {
    UniqueFd read = UniqueFd();
    UniqueFd write = UniqueFd();
};

Pipe make_pipe() {
    int ends[2] = {};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// What comes until its last writer is gone.
std::string all_of(const UniqueFd& pipe) {
    std::string all;
    char letter = 0;
    while (::read(pipe.get(), &letter, 1) == 1) all += letter;
    return all;
}

void say(int pipe) { (void)!::write(pipe, "x", 1); }

TEST(Guard, ActsWhenItsProcessIsKilled) {
    auto pipe = make_pipe();
    const auto child = ::fork();
    if (child == 0) {
        const auto guard = Guard::set({.act = say, .kept = pipe.write.get()});
        (void)::raise(guard ? SIGKILL : SIGABRT);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    pipe.write = UniqueFd();
    EXPECT_EQ(all_of(pipe.read), "x");
}

TEST(Guard, HasActedOnceItIsGone) {
    auto pipe = make_pipe();
    { ASSERT_TRUE(Guard::set({.act = say, .kept = pipe.write.get()})); }
    pipe.write = UniqueFd();
    EXPECT_EQ(all_of(pipe.read), "x");
}

TEST(Guard, HoldsNothingElseOfOurs) {
    auto pipe = make_pipe();
    const auto guard = Guard::set({.act = [](int) {}});
    ASSERT_TRUE(guard);
    pipe.write = UniqueFd();
    EXPECT_EQ(all_of(pipe.read), "");
}

}  // namespace
}  // namespace os
