#include "backup/manifest.h"

#include <gtest/gtest.h>

namespace backup {
namespace {

Listed file() {
    Listed line;
    line.size = 5;
    line.mode = 04755;
    line.uid = 4294967294U;
    line.mtime = -1;
    line.ctime = 1700000000123456789;
    line.inode = 77;
    line.digest = NamedDigest{Algorithm::blake3, {1, 2, 255}};
    line.path = "usr/bin/two words\n100%\xff";
    return line;
}

std::string line_of(const Listed& listed) {
    auto text = write(listed);
    text.pop_back();
    return text;
}

TEST(Manifest, ALineComesBackAsItWas) {
    const auto read = parse_line(line_of(file()));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(*read, file());
}

TEST(Manifest, AnOlderBackupsLineHasADigestOfTheOlderKind) {
    auto older = file();
    older.digest->algorithm = Algorithm::sha256;
    EXPECT_EQ(line_of(older).find("b3:"), std::string::npos);
    const auto read = parse_line(line_of(older));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(*read, older);
}

TEST(Manifest, ALineHasOneLineWhateverTheName) {
    const auto text = line_of(file());
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_EQ(split(text, ' ').size(), 11U);
}

TEST(Manifest, AFurtherNameSaysOfWhichFile) {
    Listed link{.type = 'h', .path = "b", .to = "a b"};
    const auto read = parse_line(line_of(link));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->to, "a b");
}

TEST(Manifest, ThereIsOneWayToWriteEachLine) {
    const std::string good = "f + 10 644 0 7 -1 5 9 - a";
    ASSERT_TRUE(parse_line(good));
    for (const auto* other :
         {"f + 010 644 0 7 -1 5 9 - a", "f + 10 0644 0 7 -1 5 9 - a", "f + 10 644 00 7 -1 5 9 - a",
          "f + 10 644 0 7 -01 5 9 - a", "f + 10 644 0 7 -0 5 9 - a", "f + +10 644 0 7 -1 5 9 - a",
          "f + 10 644 0 7 -1 5 9 - %61", "f + 10 644 0 7 -1 5 9 - a ", "f  + 10 644 0 7 -1 5 9 - a",
          " f + 10 644 0 7 -1 5 9 - a", "f + 10 644 0 7 -1 5 9 - a\n"})
        EXPECT_FALSE(parse_line(other)) << other;
    auto loud = line_of(file());
    loud.replace(loud.find("0102ff"), 6, "0102FF");
    EXPECT_FALSE(parse_line(loud));
}

TEST(Manifest, WhatItWouldNotWriteIsRefused) {
    const auto good = line_of(file());
    for (const auto& bad :
         {std::string(), good + " ", good + " x y", "x" + good.substr(1), "f ?" + good.substr(3),
          good.substr(0, good.size() / 2), good + "%4", good + "%zz", good + "%41", cat(good, "\n"),
          std::string("f + 1 0777777 0 0 0 0 0 - a"), std::string("f + -1 0 0 0 0 0 0 - a"),
          std::string("f + 1 0 0 0 0 0 0 12 a"),
          std::string("f + 18446744073709551616 0 0 0 0 0 0 - a")})
        EXPECT_FALSE(parse_line(bad)) << bad;
}

}  // namespace
}  // namespace backup
