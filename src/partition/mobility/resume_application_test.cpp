#include "partition/mobility/resume_application.h"

#include <gtest/gtest.h>

namespace partition::mobility {
namespace {

spec::Definition job(std::string command) {
    spec::Definition definition;
    definition.general.name = "job";
    definition.general.type = spec::Type::application;
    definition.general.application = std::move(command);
    return definition;
}

TEST(ACheckpointOfASeries, IsOfTheSameCommandUnderTheSameName) {
    const auto wanted = job("/srv/compute 5");
    EXPECT_EQ(differs_from(job("/srv/compute 5"), wanted), "");
    EXPECT_EQ(differs_from(job("/srv/compute 6"), wanted),
              "it is of another command, /srv/compute 6");
    auto other = wanted;
    other.general.name = "other";
    EXPECT_EQ(differs_from(other, wanted), "it is of other");
    other = wanted;
    other.general.type = spec::Type::system;
    EXPECT_NE(differs_from(other, wanted), "");
}

TEST(ACheckpointOfASeries, HadTheSameFileSystemsAndKindOfNetwork) {
    const auto wanted = job("/srv/compute 5");
    auto other = wanted;
    other.mounts.push_back({.directory = "/data"});
    EXPECT_EQ(differs_from(other, wanted), "its file systems (-M) were others");
    other = wanted;
    other.networks.emplace_back();
    EXPECT_EQ(differs_from(other, wanted), "its network (-N) was another");
}

TEST(ACheckpointOfASeries, MayHaveHadOtherLimits) {
    const auto wanted = job("/srv/compute 5");
    auto other = wanted;
    other.resources.active = true;
    EXPECT_EQ(differs_from(other, wanted), "");
}

}  // namespace
}  // namespace partition::mobility
