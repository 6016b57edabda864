#include "tar/path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::HasSubstr;

std::string place(std::string_view name) {
    const auto path = tar::member_path(name);
    return path ? *path : "refused: " + path.error().text;
}

TEST(TarPath, IsPlainAndRelative) {
    EXPECT_EQ(place("usr/bin/env"), "usr/bin/env");
    EXPECT_EQ(place("./usr//bin/./env/"), "usr/bin/env");
    EXPECT_EQ(place("/etc/passwd"), "etc/passwd");
    EXPECT_EQ(place("..data/...x"), "..data/...x");
    EXPECT_EQ(place("name\nof two lines"), "name\nof two lines");
}

TEST(TarPath, OfTheRootIsEmpty) {
    for (const auto* root : {"", ".", "./", "/", "//./"}) EXPECT_EQ(place(root), "");
}

TEST(TarPath, NeverLeadsOutside) {
    for (const auto* hostile : {"..", "../x", "a/../../x", "/..", "a/..", "./../etc/passwd"})
        EXPECT_THAT(place(hostile), HasSubstr("which leads outside"));
}

TEST(TarPath, WithANulIsRefused) {
    EXPECT_THAT(place(std::string_view("etc/passwd\0.txt", 15)), HasSubstr("which holds a NUL"));
}

TEST(TarPath, IsNoLongerThanTheKernelTakes) {
    EXPECT_THAT(place(std::string(256, 'x')), HasSubstr("longer than a name"));
    EXPECT_EQ(place(std::string(255, 'x')).size(), 255U);
    std::string deep;
    for (std::size_t level = 0; level < tar::most_levels; ++level) deep += "d/";
    EXPECT_EQ(place(deep).size(), 2 * tar::most_levels - 1);
    EXPECT_THAT(place(deep + "d"), HasSubstr("too deep"));
    std::string broad;
    for (int part = 0; part < 20; ++part) broad += std::string(250, 'x') + "/";
    EXPECT_THAT(place(broad), HasSubstr("longer than a path"));
}

TEST(TarPath, HasAParentAndAName) {
    EXPECT_EQ(tar::parent_of("usr/bin/env"), "usr/bin");
    EXPECT_EQ(tar::parent_of("usr"), "");
    EXPECT_EQ(tar::name_of("usr/bin/env"), "env");
    EXPECT_EQ(tar::name_of("usr"), "usr");
}

}  // namespace
