#include "backup/pipeline.h"

#include <gtest/gtest.h>

#include <atomic>

namespace backup {
namespace {

struct Nothing {};
using Numbers = Pipeline<Nothing, int>;

Numbers::Plan plan(std::vector<int>& taken) {
    return {.threads = 4,
            .slots = 3,
            .make = [] { return std::make_unique<Nothing>(); },
            .take =
                [&taken](int&& number) {
                    taken.push_back(number);
                    return Result<void>();
                }};
}

TEST(Pipeline, ResultsComeInTheOrderOfTheirJobs) {
    std::vector<int> taken;
    std::vector<int> wanted;
    {
        Numbers numbers(plan(taken));
        for (int number = 0; number < 500; ++number) {
            wanted.push_back(number);
            ASSERT_TRUE(numbers.submit([number](Nothing&) -> Result<int> {
                if (number % 7 == 0) std::this_thread::yield();
                return number;
            }));
        }
        ASSERT_TRUE(numbers.finish());
    }
    EXPECT_EQ(taken, wanted);
}

TEST(Pipeline, NoMoreIsUnderWayThanThereAreSlots) {
    std::vector<int> taken;
    std::atomic<int> made = 0;
    std::atomic<int> most = 0;
    auto limited = plan(taken);
    limited.take = [&](int&&) {
        --made;
        return Result<void>();
    };
    Numbers numbers(std::move(limited));
    for (int number = 0; number < 200; ++number)
        ASSERT_TRUE(numbers.submit([&](Nothing&) -> Result<int> {
            most = std::max(most.load(), ++made);
            return 0;
        }));
    ASSERT_TRUE(numbers.finish());
    EXPECT_LE(most.load(), 3);
    EXPECT_EQ(made.load(), 0);
}

TEST(Pipeline, AFailedJobEndsAllAndItsErrorIsToldOnce) {
    std::vector<int> taken;
    Numbers numbers(plan(taken));
    ASSERT_TRUE(numbers.submit([](Nothing&) -> Result<int> { return 1; }));
    (void)numbers.submit([](Nothing&) -> Result<int> { return Error{Kind::full, "no room"}; });
    const auto ended = numbers.finish();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, Kind::full);
    EXPECT_FALSE(numbers.submit([](Nothing&) -> Result<int> { return 2; }));
}

TEST(Pipeline, AResultThatCannotBeTakenEndsAllAsWell) {
    std::vector<int> taken;
    auto broken = plan(taken);
    broken.take = [](int&&) { return Result<void>(Error{Kind::other, "pipe closed"}); };
    Numbers numbers(std::move(broken));
    (void)numbers.submit([](Nothing&) -> Result<int> { return 1; });
    const auto ended = numbers.finish();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().text, "pipe closed");
}

}  // namespace
}  // namespace backup
