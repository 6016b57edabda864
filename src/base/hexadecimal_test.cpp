#include "base/hexadecimal.h"

#include <gtest/gtest.h>

#include <array>

TEST(Hexadecimal, TwoDigitsForEachByteAndBack) {
    const std::array<std::uint8_t, 4> bytes = {0, 0x1f, 0xa0, 255};
    EXPECT_EQ(hexadecimal(bytes), "001fa0ff");
    std::array<std::uint8_t, 4> again = {};
    EXPECT_TRUE(read_hexadecimal("001fa0ff", again));
    EXPECT_EQ(again, bytes);
}

TEST(Hexadecimal, WhatIsWrittenInAnotherWayIsRefused) {
    std::array<std::uint8_t, 2> bytes = {};
    for (const auto* wrong : {"", "001", "00112", "00AA", "00g0", "0x11", " 011", "00\xff\xff"})
        EXPECT_FALSE(read_hexadecimal(wrong, bytes)) << wrong;
}
