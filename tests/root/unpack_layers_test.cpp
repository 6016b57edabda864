// Images of layers: OCI layouts and what docker saves, honest and hostile.
#include <nettle/sha2.h>
#include <sys/utsname.h>

#include <cstdint>
#include <vector>

#include "unpack_fixture.h"

namespace {

using testing::HasSubstr;

std::string digits_of(const std::string& text) {
    sha256_ctx state = {};
    ::sha256_init(&state);
    ::sha256_update(&state, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()));
    std::uint8_t bytes[SHA256_DIGEST_SIZE] = {};
    ::sha256_digest(&state, sizeof bytes, bytes);
    std::string digits;
    for (const auto byte : bytes) {
        digits += "0123456789abcdef"[byte >> 4U];
        digits += "0123456789abcdef"[byte & 15U];
    }
    return digits;
}

std::string architecture() {
    struct utsname machine = {};
    ::uname(&machine);
    const std::string name = machine.machine;
    return name == "x86_64" ? "amd64" : name == "aarch64" ? "arm64" : name;
}

class Layers : public UnpackTest {
  protected:
    std::string layout() const { return top + "/outside/layout"; }
    std::string blob_path(const std::string& digits) const {
        return layout() + "/blobs/sha256/" + digits;
    }
    std::string descriptor(const std::string& text) {
        const auto digits = digits_of(text);
        file(blob_path(digits), text);
        return R"({"digest":"sha256:)" + digits + R"(","size":)" + std::to_string(text.size()) +
               "}";
    }
    void make_layout(const std::vector<TarWriter>& layers) {
        std::string list;
        for (const auto& layer : layers)
            list += (list.empty() ? "" : ",") + descriptor(layer.finish());
        const auto config =
            descriptor(R"({"os":"linux","architecture":")" + architecture() +
                       R"(","config":{"Entrypoint":["/run"],"Env":["A=b"],"User":"app"}})");
        const auto manifest = descriptor(R"({"config":)" + config + R"(,"layers":[)" + list + "]}");
        file(layout() + "/index.json", R"({"manifests":[)" + manifest + "]}");
        file(layout() + "/oci-layout", "{}");
    }
    Result<unpack::Image> unpack_layers(const std::vector<TarWriter>& layers) {
        make_layout(layers);
        return unpack_from(layout());
    }
    std::string refused_layers(const std::vector<TarWriter>& layers) {
        const auto done = unpack_layers(layers);
        return done ? "unpacked" : done.error().text;
    }
    TarWriter first() const {
        return TarWriter().directory("d").file("d/old", "1").file("d/gone", "1").file("top", "1");
    }
};

TEST_F(Layers, AreAppliedInOrder) {
    const auto done =
        unpack_layers({first(), TarWriter().file("d/old", "2").file("d/.wh.gone", "")});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("d/old"), "2");
    EXPECT_FALSE(inside_has("d/gone"));
    EXPECT_FALSE(inside_has("d/.wh.gone"));
    EXPECT_EQ(inside_text("top"), "1");
    EXPECT_EQ(done->command, std::vector<std::string>{"/run"});
    EXPECT_EQ(done->environment, std::vector<std::string>{"A=b"});
    EXPECT_EQ(done->user, "app");
}

TEST_F(Layers, HideWhatWasInAnOpaqueDirectoryButNotTheirOwn) {
    const auto done = unpack_layers(
        {first(), TarWriter().file("d/new", "2").file("d/.wh..wh..opq", "").file("d/last", "2")});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_FALSE(inside_has("d/old"));
    EXPECT_EQ(inside_text("d/new"), "2");
    EXPECT_EQ(inside_text("d/last"), "2");
}

TEST_F(Layers, ReplaceADirectoryByAFileAndBack) {
    const auto done = unpack_layers(
        {first(), TarWriter().file("d", "file"), TarWriter().directory("d").file("d/last", "3")});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("d/last"), "3");
    EXPECT_FALSE(inside_has("d/old"));
}

TEST_F(Layers, CannotTakeAwayWhatIsOutside) {
    for (const auto* mark : {".wh...", ".wh..", ".wh.", "d/.wh...", "d/.wh.x/y"})
        EXPECT_NE(refused_layers({first(), TarWriter().file(mark, "")}), "unpacked") << mark;
    EXPECT_THAT(refused_layers({first(), TarWriter().file("../.wh.outside", "")}),
                HasSubstr("which leads outside"));
    // through a link: to what has that name inside, which is nothing
    TarWriter linked;
    linked.symlink("way", top + "/outside").file("way/.wh.secret", "").file("way/.wh..wh..opq", "");
    (void)refused_layers({first(), linked});
}

TEST_F(Layers, ThatWereChangedAreRefused) {
    make_layout({first()});
    const auto digits = digits_of(first().finish());
    auto changed = first().finish();
    changed[changed.size() - 1] = 'x';  // behind all members
    file(blob_path(digits), changed);
    const auto done = unpack_from(layout());
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().text, HasSubstr("not sha256:" + digits));
}

TEST_F(Layers, WithMoreBehindTheirEndAreRefused) {
    make_layout({first()});
    const auto digits = digits_of(first().finish());
    file(blob_path(digits), first().finish() + "more");
    EXPECT_FALSE(unpack_from(layout()));
}

TEST_F(Layers, ThatAreMissingOrLinksAreRefused) {
    make_layout({first()});
    const auto blob = blob_path(digits_of(first().finish()));
    std::filesystem::rename(blob, top + "/outside/layout/elsewhere");
    EXPECT_FALSE(unpack_from(layout()));
    std::filesystem::create_symlink(layout() + "/elsewhere", blob);
    EXPECT_FALSE(unpack_from(layout()));
}

TEST_F(Layers, OfAnotherDigestThanWantedAreRefused) {
    make_layout({first()});
    const auto done = unpack_from(layout(), "sha256:" + std::string(64, '0'));
    ASSERT_FALSE(done);
    EXPECT_FALSE(inside_has("top"));
}

TEST_F(Layers, SavedByDockerAreKnownByTheirConfiguration) {
    const auto layer = first().finish();
    const auto config = R"({"os":"linux","architecture":")" + architecture() +
                        R"(","config":{"Cmd":["/run","x"]},"rootfs":{"diff_ids":["sha256:)" +
                        digits_of(layer) + R"("]}})";
    const auto name = digits_of(config);
    TarWriter saved;
    saved.directory("x").file("x/layer.tar", layer).file(name + ".json", config);
    saved.file("manifest.json", R"([{"Config":")" + name + R"(.json","Layers":["x/layer.tar"]}])");
    const auto done = unpack_tar(saved);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(done->digest, "sha256:" + name);
    EXPECT_EQ(inside_text("top"), "1");
    EXPECT_FALSE(inside_has("manifest.json"));
}

TEST_F(Layers, SavedByDockerAndChangedAreRefused) {
    const auto config =
        R"({"os":"linux","rootfs":{"diff_ids":["sha256:)" + digits_of("other") + R"("]}})";
    const auto name = digits_of(config);
    TarWriter saved;
    saved.file("x/layer.tar", first().finish()).file(name + ".json", config);
    saved.file("manifest.json", R"([{"Config":")" + name + R"(.json","Layers":["x/layer.tar"]}])");
    EXPECT_THAT(refused(saved), HasSubstr("a layer of the image is not what it should be"));
    TarWriter renamed;
    renamed.file("x/layer.tar", first().finish()).file("c.json", config);
    renamed.file("manifest.json", R"([{"Config":"c.json","Layers":["x/layer.tar"]}])");
    EXPECT_THAT(refused(renamed), HasSubstr("configuration is not what it should be"));
}

}  // namespace
