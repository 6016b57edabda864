#include "unpacker/examine.h"

#include <gtest/gtest.h>

namespace {

TEST(OsType, IsIdAndVersion) {
    EXPECT_EQ(unpacker::ostype_of("PRETTY_NAME=\"x\"\nVERSION_ID=\"11\"\nID=debian\n"),
              "debian-11");
    EXPECT_EQ(unpacker::ostype_of("ID='arch'"), "arch");
    EXPECT_EQ(unpacker::ostype_of("ID=\"opensuse-leap\"\nVERSION_ID=\"15.6\""),
              "opensuse-leap-15.6");
}

TEST(OsType, OfNonsenseIsUnknownOrHarmless) {
    EXPECT_EQ(unpacker::ostype_of(""), "unknown");
    EXPECT_EQ(unpacker::ostype_of("ID=\nVERSION_ID=1"), "unknown");
    EXPECT_EQ(unpacker::ostype_of("ID=\"-\x1b[31m/..\""), "31m..");
    EXPECT_EQ(unpacker::ostype_of("ID=" + std::string(100, 'x')), std::string(32, 'x'));
}

TEST(Machine, IsReadFromTheElfHeader) {
    std::string header(
        "\x7f"
        "ELF\x02\x01\x01",
        7);
    header.resize(64);
    header[18] = '\x16';  // EM_S390
    EXPECT_FALSE(unpacker::runs_here(header));
    EXPECT_FALSE(unpacker::runs_here(header.substr(0, 19)));
    EXPECT_TRUE(unpacker::runs_here("#!/bin/sh\n"));
    EXPECT_TRUE(unpacker::runs_here(""));
}

}  // namespace
