#include "cgroup/pressure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/test_tree.h"

namespace cgroup {
namespace {

constexpr auto usual =
    "some avg10=12.34 avg60=0.00 avg300=100.00 total=18446744073709551615\n"
    "full avg10=0.50 avg60=0.25 avg300=0.00 total=17\n";

TEST(Pressure, HasALineForSomeAndOneForAll) {
    const auto found = parse_pressure(usual);
    const Pressure::Stall some = {12.34, 0, 100, 18446744073709551615U};
    const Pressure::Stall full = {0.5, 0.25, 0, 17};
    EXPECT_EQ(found.some, some);
    EXPECT_EQ(found.full, full);
}

TEST(Pressure, OfTheProcessorHasNoLineForAllInOldKernels) {
    const auto found = parse_pressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    EXPECT_TRUE(found.some);
    EXPECT_FALSE(found.full);
}

TEST(Pressure, LeavesOutLinesThatMakeNoSense) {
    for (const auto* text :
         {"", "\n", "some", "some avg10=0.00 avg60=0.00 avg300=0.00", "some total=1",
          "some avg10=x avg60=0.00 avg300=0.00 total=0", "some avg10= avg60=0 avg300=0 total=0",
          "some avg10=0.00 avg60=0.00 avg300=0.00 total=-1",
          "most avg10=0 avg60=0 avg300=0 total=0"}) {
        EXPECT_FALSE(parse_pressure(text).some) << text;
        EXPECT_FALSE(parse_pressure(text).full) << text;
    }
}

TEST(Pressure, TakesFieldsThatNewerKernelsAdd) {
    EXPECT_TRUE(
        parse_pressure("some avg10=0.00 avg60=0.00 avg300=0.00 avg900=0.00 total=0\n").some);
}

}  // namespace
}  // namespace cgroup
