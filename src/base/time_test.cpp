#include "base/time.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <limits>

namespace {

class TimeTest : public ::testing::Test {
  protected:
    void SetUp() override { live("UTC-2"); }
    void TearDown() override {
        (void)::unsetenv("TZ");
        ::tzset();
    }
    static void live(const char* zone) {
        ASSERT_EQ(::setenv("TZ", zone, 1), 0);
        ::tzset();
    }
};

TEST_F(TimeTest, IsThatOfTheClocksHere) {
    EXPECT_EQ(local_time(0, "%F %T %z"), "1970-01-01 02:00:00 +0200");
    live("UTC");
    EXPECT_EQ(local_time(1'000'000'000, "%F %T"), "2001-09-09 01:46:40");
}

TEST_F(TimeTest, WhatNoCalendarReachesHasNone) {
    EXPECT_EQ(local_time(std::numeric_limits<std::int64_t>::max(), "%F"), "");
}

}  // namespace
