#include "base/undo.h"

#include <gtest/gtest.h>

#include <string>

namespace {

TEST(Undo, RunsTheReversesBackwardsWhenItIsLeft) {
    std::string done;
    {
        Undo undo;
        undo.add([&] { done += "first "; });
        undo.add([&] { done += "second "; });
    }
    EXPECT_EQ(done, "second first ");
}

TEST(Undo, KeepsWhatWasMadeWhenTold) {
    std::string done;
    {
        Undo undo;
        undo.add([&] { done += "undone"; });
        undo.keep();
    }
    EXPECT_EQ(done, "");
}

TEST(Undo, RunsEachReverseOnce) {
    int times = 0;
    {
        Undo undo;
        undo.add([&] { ++times; });
        undo.run();
        undo.run();
    }
    EXPECT_EQ(times, 1);
}

TEST(Undo, MayLearnAReverseWhileItRuns) {
    std::string done;
    {
        Undo undo;
        undo.add([&] {
            done += "outer ";
            undo.add([&] { done += "inner "; });
        });
    }
    EXPECT_EQ(done, "outer inner ");
}

TEST(Undo, HandsItsStepsOn) {
    int times = 0;
    {
        Undo first;
        first.add([&] { ++times; });
        Undo second(std::move(first));
        second.keep();
    }
    EXPECT_EQ(times, 0);
}

}  // namespace
