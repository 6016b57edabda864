#include "os/confinement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace os {
namespace {

using testing::HasSubstr;

Confinement example() {
    return {.capabilities = 0x1ff00000001,
            .own_users = true,
            .ids = {1000000, 65536},
            .limits = {{RLIMIT_AS, 1 << 30, RLIM_INFINITY}},
            .filter = {{0x20, 0, 0, 4}, {0x15, 1, 2, 0xc000003e}, {0x06, 0, 0, 0x7fff0000}}};
}

TEST(Confinement, ReadsWhatItWrote) {
    const auto wrote = example();
    const auto read = parse_confinement(to_text(wrote));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->capabilities, wrote.capabilities);
    EXPECT_TRUE(read->own_users);
    EXPECT_EQ(read->ids, wrote.ids);
    EXPECT_EQ(read->limits, wrote.limits);
    ASSERT_EQ(read->filter.size(), 3U);
    EXPECT_EQ(read->filter[1].jf, 2);
    EXPECT_EQ(read->filter[1].k, 0xc000003eU);
}

TEST(Confinement, RefusesATextThatWasCutShort) {
    const auto text = to_text(example());
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_FALSE(parse_confinement(text.substr(0, length))) << length;
    EXPECT_FALSE(parse_confinement(""));
    EXPECT_FALSE(parse_confinement("corral confinement 1\nend\n"));
}

TEST(Confinement, NamesTheDamagedLine) {
    const auto start = std::string("corral confinement 1\ncapabilities 0000000000000001\n");
    for (const auto* line :
         {"limit 7 5 4", "limit 99 1 1", "users 0 65536", "users 4294967295 2", "filter 1",
          "filter 00000000000000zz", "colour red", "capabilities 1"}) {
        const auto read = parse_confinement(cat(start, line, "\nend\n"));
        ASSERT_FALSE(read) << line;
        EXPECT_EQ(read.error().kind, Kind::invalid);
        EXPECT_THAT(read.error().text, HasSubstr("line 3"));
    }
}

}  // namespace
}  // namespace os
