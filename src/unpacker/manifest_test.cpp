#include "unpacker/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string one(64, '1');
const std::string two(64, '2');

std::string entry(const std::string& digits, const std::string& platform = {},
                  const std::string& more = {}) {
    auto text = R"({"digest":"sha256:)" + digits + R"(","size":7)";
    if (!platform.empty())
        text += R"(,"platform":{"os":"linux","architecture":")" + platform + "\"}";
    return text + more + "}";
}
std::string index(const std::string& entries) { return R"({"manifests":[)" + entries + "]}"; }

std::string why_not(const std::string& text) {
    const auto chosen = unpacker::choose_manifest(text, "amd64");
    return chosen ? "chosen" : chosen.error().text;
}

TEST(ImageIndex, GivesTheManifestForThisMachine) {
    const auto chosen =
        unpacker::choose_manifest(index(entry(one, "arm64") + "," + entry(two, "amd64")), "amd64");
    ASSERT_TRUE(chosen) << chosen.error().text;
    EXPECT_EQ(chosen->digits, two);
    EXPECT_EQ(chosen->size, 7U);
    EXPECT_EQ(why_not(index(entry(one))), "chosen");
}

TEST(ImageIndex, ForAnotherArchitectureIsRefusedByName) {
    EXPECT_EQ(why_not(index(entry(one, "arm64") + "," + entry(two, "s390x"))),
              "the image is for linux/arm64, linux/s390x; this machine runs linux/amd64");
}

TEST(ImageIndex, WithSeveralImagesIsRefusedByTheirNames) {
    const std::string name = R"(,"annotations":{"org.opencontainers.image.ref.name":"web"})";
    EXPECT_EQ(why_not(index(entry(one, "", name) + "," + entry(two, "amd64"))),
              "it holds 2 images (web, sha256:" + two + "); make one of a single image");
}

TEST(ImageIndex, PassesOverAttestations) {
    EXPECT_EQ(
        why_not(index(entry(one, "amd64") + "," +
                      entry(two, "", R"(,"platform":{"os":"unknown","architecture":"unknown"})"))),
        "chosen");
}

TEST(ImageIndex, WithADigestThatIsAPathIsRefused) {
    EXPECT_THAT(why_not(R"({"manifests":[{"digest":"sha256:../../../etc/shadow"}]})"),
                HasSubstr("only sha256 digests are known"));
    EXPECT_THAT(why_not(R"({"manifests":[{"digest":5}]})"), HasSubstr("only sha256"));
}

TEST(ImageIndex, ThatIsNoneIsRefused) {
    for (const auto* text : {"", "{", "5", "\"text\"", "[]", "{}", R"({"manifests":{}})",
                             R"({"manifests":[]})", "\xff\xfe"})
        EXPECT_NE(why_not(text), "chosen") << text;
}

TEST(ImageIndex, NestedWithoutEndIsRefused) {
    EXPECT_THAT(why_not(std::string(1000000, '[')), HasSubstr("nested too deeply"));
    std::string deep;
    for (int level = 0; level < 1000; ++level) deep += R"({"a":)";
    EXPECT_THAT(why_not(deep), HasSubstr("nested too deeply"));
    EXPECT_EQ(why_not(index(entry(one, "", ",\"x\":\"[[[[\\\"[[[[\""))), "chosen");
}

TEST(ImageManifest, NamesItsPartsInOrder) {
    const auto manifest = unpacker::parse_manifest(R"({"config":)" + entry(one) + R"(,"layers":[)" +
                                                   entry(two) + "," + entry(one) + "]}");
    ASSERT_TRUE(manifest) << manifest.error().text;
    EXPECT_EQ(manifest->config.digits, one);
    ASSERT_EQ(manifest->layers.size(), 2U);
    EXPECT_EQ(manifest->layers[0].digits, two);
}

TEST(ImageManifest, WithAnEncryptedLayerIsRefused) {
    const auto manifest = unpacker::parse_manifest(
        R"({"config":)" + entry(one) + R"(,"layers":[)" +
        entry(two, "", R"(,"mediaType":"application/vnd.oci.image.layer.v1.tar+encrypted")") +
        "]}");
    ASSERT_FALSE(manifest);
    EXPECT_THAT(manifest.error().text, HasSubstr("encrypted"));
}

TEST(ImageConfig, TellsHowItIsRun) {
    const auto config = unpacker::parse_config(
        R"({"architecture":"amd64","os":"linux","config":{"Env":["A=b c"],"Entrypoint":["/run"],)"
        R"("Cmd":["x","y"],"WorkingDir":"/srv","User":"app:50"},"rootfs":{"diff_ids":["sha256:1"]}})",
        "amd64");
    ASSERT_TRUE(config) << config.error().text;
    EXPECT_THAT(config->command, ElementsAre("/run", "x", "y"));
    EXPECT_THAT(config->environment, ElementsAre("A=b c"));
    EXPECT_EQ(config->directory, "/srv");
    EXPECT_EQ(config->user, "app:50");
    EXPECT_THAT(config->layers, ElementsAre("sha256:1"));
}

TEST(ImageConfig, OfAnotherArchitectureIsRefused) {
    const auto config = unpacker::parse_config(R"({"architecture":"s390x","os":"linux"})", "amd64");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind, Kind::unsupported);
    EXPECT_EQ(config.error().text, "the image is for linux/s390x; this machine runs linux/amd64");
}

TEST(SavedImage, IsASingleOne) {
    const auto saved = unpacker::parse_saved(R"([{"Config":"c.json","Layers":["a","b"]}])");
    ASSERT_TRUE(saved) << saved.error().text;
    EXPECT_EQ(saved->config, "c.json");
    EXPECT_THAT(saved->layers, ElementsAre("a", "b"));
    const auto two_images = unpacker::parse_saved(R"([{"Config":"c"},{"Config":"d"}])");
    ASSERT_FALSE(two_images);
    EXPECT_EQ(two_images.error().text, "it holds 2 images; save a single one");
}

}  // namespace
