#include "rootpart/version.h"

#include <gtest/gtest.h>

namespace rootpart {
namespace {

TEST(Version, AreOrderedAsDpkgDoes) {
    const char* ascending[] = {
        "1.0~rc1", "1.0~rc1-1", "1.0",    "1.0-1~bpo1", "1.0-1",   "1.0-1+deb12u1", "1.0-2",
        "1.0-10",  "1.0a",      "1.0+x",  "1.0.1",      "1.9",     "1.10",          "2",
        "2.36-9",  "15.20-0",   "15.100", "1:0.1",      "1:9.2p1", "1:9.2p10",      "2:0~alpha"};
    for (std::size_t i = 1; i < std::size(ascending); ++i) {
        EXPECT_LT(compare_versions(ascending[i - 1], ascending[i]), 0) << ascending[i];
        EXPECT_GT(compare_versions(ascending[i], ascending[i - 1]), 0) << ascending[i];
    }
}

TEST(Version, LeadingZerosAndAnEmptyEpochMeanNothing) {
    EXPECT_EQ(compare_versions("1.02", "1.2"), 0);
    EXPECT_EQ(compare_versions("0:1.2-0", "1.2"), 0);
    EXPECT_EQ(compare_versions("", ""), 0);
}

}  // namespace
}  // namespace rootpart
