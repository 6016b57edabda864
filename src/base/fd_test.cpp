#include "base/fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

UniqueFd null_device() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

TEST(UniqueFd, ClosesWhenItIsLeft) {
    int number = -1;
    {
        const auto fd = null_device();
        number = fd.get();
        EXPECT_TRUE(is_open(number));
    }
    EXPECT_FALSE(is_open(number));
}

TEST(UniqueFd, IsEmptyAfterItWasMovedFrom) {
    auto first = null_device();
    const int number = first.get();
    const UniqueFd second(std::move(first));
    EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): this is what is asked
    EXPECT_EQ(second.get(), number);
    EXPECT_TRUE(is_open(number));
}

TEST(UniqueFd, ClosesWhatItHeldWhenAnotherIsAssigned) {
    auto held = null_device();
    const int before = held.get();
    auto other = null_device();
    const int after = other.get();
    held = std::move(other);
    EXPECT_FALSE(is_open(before));
    EXPECT_TRUE(is_open(after));
}

TEST(UniqueFd, LetsGoWithoutClosing) {
    auto held = null_device();
    const int number = held.release();
    EXPECT_FALSE(held);
    EXPECT_TRUE(is_open(number));
    ::close(number);
}

}  // namespace
