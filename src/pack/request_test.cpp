#include "pack/request.h"

#include <gtest/gtest.h>

namespace pack {
namespace {

TEST(Request, ComesBackAsItWas) {
    const Request request{
        .enter = {"var", "srv/two words"},
        .exclude = {"proc"},
        .patterns = {"^./tmp/.*\n"},
        .front = {{"info/empty", ""}, {"info/spec", "general:\n\tname = \"x\"\n"}},
        .time = 1700000000,
        .level = 19,
        .threads = 64,
        .attributes = false,
        .names = true,
        .only_count = true};
    const auto read = parse(write(request));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(*read, request);
}

TEST(Request, AnythingElseIsRefused) {
    for (const auto* wrong : {"level", "level x", "level 20", "level 1 2", "threads 5000",
                              "front a", "enter a b", "enter %", "unknown 1", "attributes 2"})
        EXPECT_FALSE(parse(wrong)) << wrong;
}

}  // namespace
}  // namespace pack
