#include "base/escape.h"

#include <gtest/gtest.h>

TEST(Escape, AnyBytesComeBackAsTheyWere) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    const auto word = escaped(all);
    EXPECT_EQ(word.find_first_of(" \n\t"), std::string::npos);
    EXPECT_EQ(unescaped(word), all);
}

TEST(Escape, OrdinaryNamesStayReadable) { EXPECT_EQ(escaped("usr/bin/gcc-12"), "usr/bin/gcc-12"); }

TEST(Escape, ThereIsOneWayToWriteEach) {
    for (const auto* wrong :
         {"%", "%4", "%41", "%zz", "%c3%A4", "a b", "\n", "\xc3", "%2", "%", "a%"})
        EXPECT_EQ(unescaped(wrong), std::nullopt) << wrong;
}
