#include "spec/generation.h"

#include <gmock/gmock.h>

namespace spec {
namespace {

TEST(GenerationDev, IsANumberOrTheNewest) {
    EXPECT_EQ(generation_of("generation:7"), 7U);
    EXPECT_EQ(generation_of("generation"), newest_generation);
    EXPECT_EQ(generation_of("generation:newest"), newest_generation);
    for (const auto* other : {"", "/usr", "generation:", "generation:07", "generation:-1",
                              "generation:1x", "generation:99999999999", "generation7"})
        EXPECT_FALSE(generation_of(other)) << other;
    EXPECT_EQ(generation_dev(7), "generation:7");
    EXPECT_EQ(generation_of(generation_dev(newest_generation)), newest_generation);
}

TEST(GenerationDev, OfADefinitionEachIsTheirsOnce) {
    const Definition definition = {.mounts = {{.directory = "/usr", .dev = "generation:3"},
                                              {.directory = "/opt", .dev = "generation:3"},
                                              {.directory = "/srv", .dev = "/srv"},
                                              {.directory = "/x", .dev = "generation:2"}}};
    EXPECT_THAT(generations_of(definition), testing::ElementsAre(3, 2));
}

}  // namespace
}  // namespace spec
