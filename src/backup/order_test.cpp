#include "backup/order.h"

#include <gtest/gtest.h>

namespace backup {
namespace {

TEST(Order, WhatIsInADirectoryComesBeforeItsNextNeighbour) {
    constexpr std::string_view walk[] = {".", "a", "a/x", "a/x/y", "a/z", "a-b", "a.b", "ab", "b"};
    for (std::size_t one = 0; one < std::size(walk); ++one)
        for (std::size_t other = 0; other < std::size(walk); ++other)
            EXPECT_EQ(walks_before(walk[one], walk[other]), one < other)
                << walk[one] << " " << walk[other];
}

}  // namespace
}  // namespace backup
