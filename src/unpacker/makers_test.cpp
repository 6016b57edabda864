#include "unpacker/makers.h"

#include <gtest/gtest.h>

#include <atomic>

namespace unpacker {
namespace {

TEST(Makers, DoAllThatWasHandedOver) {
    std::atomic<int> done = 0;
    Makers makers(3);
    for (int job = 0; job < 1000; ++job)
        ASSERT_TRUE(makers.put(
            [&] {
                ++done;
                return Result<void>();
            },
            1 << 20));
    ASSERT_TRUE(makers.finish());
    EXPECT_EQ(done, 1000);
}

TEST(Makers, TellTheFirstFailureFromThenOn) {
    Makers makers(1);
    const auto fail = [](const char* text) {
        return [text] { return Result<void>(Error{Kind::invalid, text}); };
    };
    ASSERT_TRUE(makers.put(fail("first"), 1));
    EXPECT_EQ(makers.finish().error().text, "first");
    EXPECT_EQ(makers.put(fail("second"), 1).error().text, "first");
    EXPECT_EQ(makers.finish().error().text, "first");
}

TEST(Makers, AJobThatIsLargerThanAllThatMayBeOnItsWayIsDoneAlone) {
    Makers makers(2);
    std::atomic<int> done = 0;
    for (int job = 0; job < 3; ++job)
        ASSERT_TRUE(makers.put(
            [&] {
                ++done;
                return Result<void>();
            },
            std::size_t{1} << 40));
    ASSERT_TRUE(makers.finish());
    EXPECT_EQ(done, 3);
}

}  // namespace
}  // namespace unpacker
