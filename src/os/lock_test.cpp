#include "os/lock.h"

#include <fcntl.h>
#include <sys/wait.h>

#include <thread>

#include "os/test_tree.h"

namespace os {
namespace {

class Lock : public testing::Test {
  protected:
    void SetUp() override { tree.file("lock"); }
    UniqueFd open() const {
        return UniqueFd(::open(tree.path("lock").c_str(), O_RDWR | O_CLOEXEC));
    }
    TestTree tree;
};

TEST_F(Lock, KeepsOthersOutOfTheSameProcessToo) {
    const auto one = open();
    const auto other = open();
    EXPECT_TRUE(*try_lock(one.get(), 0));
    EXPECT_FALSE(*try_lock(other.get(), 0));
}

TEST_F(Lock, IsOfOneByteOnly) {
    const auto one = open();
    const auto other = open();
    EXPECT_TRUE(*try_lock(one.get(), 0));
    EXPECT_TRUE(*try_lock(other.get(), 1));
    EXPECT_TRUE(*is_locked(other.get(), 0));
    EXPECT_FALSE(*is_locked(other.get(), 2));
}

TEST_F(Lock, AskingTakesNothing) {
    const auto one = open();
    const auto other = open();
    EXPECT_FALSE(*is_locked(one.get(), 0));
    EXPECT_TRUE(*try_lock(other.get(), 0));
}

TEST_F(Lock, GoesWithItsDescriptorAndNotWithAnotherOfTheFile) {
    auto one = open();
    EXPECT_TRUE(*try_lock(one.get(), 0));
    { const auto reader = open(); }
    EXPECT_TRUE(is_locked(tree.path("lock"), 0));
    one = UniqueFd();
    EXPECT_FALSE(is_locked(tree.path("lock"), 0));
}

TEST_F(Lock, GoesWithItsHolder) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const auto child = ::fork();
    if (child == 0) {
        const auto mine = open();
        (void)try_lock(mine.get(), 0);
        (void)!::write(ends[1], "x", 1);
        for (;;) ::pause();
    }
    char said = 0;
    ASSERT_EQ(::read(ends[0], &said, 1), 1);
    EXPECT_TRUE(is_locked(tree.path("lock"), 0));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_FALSE(is_locked(tree.path("lock"), 0));
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_F(Lock, IsWaitedFor) {
    auto one = open();
    ASSERT_TRUE(*try_lock(one.get(), 0));
    const auto other = open();
    std::thread waiting([&] { EXPECT_TRUE(wait_lock(other.get(), 0)); });
    one = UniqueFd();
    waiting.join();
    EXPECT_FALSE(*try_lock(open().get(), 0));
}

TEST(ListedLock, IsThatOfTheFileAndTheByte) {
    const auto locks =
        "1: OFDLCK ADVISORY  WRITE -1 00:1b:1234 0 0\n"
        "2: OFDLCK ADVISORY  WRITE -1 00:1b:99 5 EOF\n"
        "2: -> OFDLCK ADVISORY  WRITE -1 00:1b:77 0 0\n"
        "3: POSIX  ADVISORY  WRITE 812 00:1b:123 1 3\n";
    EXPECT_TRUE(is_listed_lock(locks, "00:1b:1234", 0));
    EXPECT_FALSE(is_listed_lock(locks, "00:1b:1234", 1));
    EXPECT_TRUE(is_listed_lock(locks, "00:1b:99", 7000));
    EXPECT_FALSE(is_listed_lock(locks, "00:1b:77", 0)) << "somebody only waits for it";
    EXPECT_TRUE(is_listed_lock(locks, "00:1b:123", 2));
    EXPECT_FALSE(is_listed_lock(locks, "00:1b:12", 0));
    EXPECT_FALSE(is_listed_lock("", "00:1b:12", 0));
}

TEST_F(Lock, OfAMissingFileIsHeldByNobody) { EXPECT_FALSE(is_locked(tree.path("nothing"), 0)); }

TEST_F(Lock, OfABadDescriptorIsAnError) { EXPECT_EQ(try_lock(-1, 0).error().os_number, EBADF); }

}  // namespace
}  // namespace os
