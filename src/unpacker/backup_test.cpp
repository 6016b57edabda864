// What of a backup is text or order, without confinement: bounded rounds of changed seeds find what a parser would do wrong.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <random>

#include "backup/frame.h"
#include "backup/order.h"
#include "unpack/mend.h"
#include "unpacker/manifest_lines.h"
#include "unpacker/sequence.h"

namespace unpacker {
namespace {

UniqueFd file_of(const std::string& text) {
    UniqueFd file(::memfd_create("test", MFD_CLOEXEC));
    EXPECT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    return file;
}

std::string changed(std::string text, std::mt19937& random) {
    const auto times = 1 + random() % 4;
    for (unsigned time = 0; time < times && !text.empty(); ++time) {
        const auto at = random() % text.size();
        switch (random() % 4) {
            case 0:
                text[at] = static_cast<char>(random());
                break;
            case 1:
                text.erase(at, 1 + random() % 8);
                break;
            case 2:
                text.insert(at, text.substr(random() % text.size(), random() % 16));
                break;
            default:
                text.resize(at);
        }
    }
    return text;
}

TEST(Sequence, TakesWhatAWalkGives) {
    Sequence sequence;
    ASSERT_TRUE(sequence.take("", true));
    for (const auto* path : {"a", "a/b", "a/b/c", "a/d", "a.e", "b"})
        ASSERT_TRUE(sequence.take(path, true)) << path;
    EXPECT_TRUE(sequence.is_below("b"));
    EXPECT_FALSE(sequence.is_below("a"));
}

TEST(Sequence, LetsNothingBehindALinkOrBackwards) {
    Sequence sequence;
    ASSERT_TRUE(sequence.take("", true));
    ASSERT_TRUE(sequence.take("b", false));
    EXPECT_FALSE(sequence.take("b/c", false));
    EXPECT_FALSE(sequence.take("a", false));
    EXPECT_FALSE(sequence.take("b", false));
    EXPECT_FALSE(sequence.take("c/d", false));
}

TEST(ManifestLines, ComeInTheOrderOfAWalkOrNotAtAll) {
    for (const std::string_view second : {"b", "a", "a/x"}) {
        const auto file =
            file_of(cat("d + 0 755 0 0 0 0 1 - .\nd + 0 755 0 0 1 2 3 - b\nd + 0 755 0 0 1 2 3 - ",
                        second, "\n"));
        auto lines = ManifestLines::open(file.get());
        ASSERT_TRUE(lines);
        ASSERT_TRUE(lines->next());
        ASSERT_TRUE(lines->next());
        EXPECT_EQ(lines->next().error().kind, Kind::invalid) << second;
    }
}

TEST(ManifestLines, WhateverTheyHoldIsPathsInOrderOrAnError) {
    const std::string seed =
        "d + 0 755 0 0 0 0 1 - .\n"
        "d + 0 755 0 0 1 2 3 - etc\n"
        "f ! 5 644 0 7 1 2 4 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824 "
        "etc/a%0A\n"
        "h + 0 644 0 7 1 2 4 - etc/b etc/a%0A\n"
        "l + 0 777 0 0 1 2 5 - etc/c /nowhere\n";
    std::mt19937 random(1);
    unsigned whole = 0;
    for (int round = 0; round < 20000; ++round) {
        const auto file = file_of(round == 0 ? seed : changed(seed, random));
        auto lines = ManifestLines::open(file.get());
        ASSERT_TRUE(lines);
        for (std::string last = ".";;) {
            const auto line = lines->next();
            if (line && *line) {
                ASSERT_TRUE((*line)->path.empty() || backup::walks_before(last, (*line)->path));
                if (!(*line)->path.empty()) last = (*line)->path;
                ASSERT_EQ((*line)->path.find('\0'), std::string::npos);
                ASSERT_FALSE((*line)->path.starts_with('/'));
                continue;
            }
            whole += line ? 1 : 0;
            break;
        }
    }
    EXPECT_GT(whole, 0U);
}

TEST(Tables, WhateverEndsAFileIsTheirsOrAnError) {
    backup::Frames frames;
    frames.all = {{10, 20, {}}, {5, 7, {}}};
    frames.manifest = 1;
    const auto seed = std::string(15, 'x') + backup::tables(frames);
    std::mt19937 random(2);
    for (int round = 0; round < 20000; ++round) {
        const auto text = round == 0 ? seed : changed(seed, random);
        const auto file = file_of(text);
        const auto found = backup::read_tables(file.get(), text.size());
        ASSERT_TRUE(found || round > 0);
        if (found) {
            ASSERT_LT(found->frames.manifest, found->frames.all.size());
        }
    }
}

TEST(Mends, WhateverIsAskedForStaysBelowTheTop) {
    std::mt19937 random(3);
    for (int round = 0; round < 20000; ++round)
        for (const auto* seed :
             {"o etc/passwd 70000 0 493", "a . trusted.note x%00", "c dev/null 0 0 438 1 3 5"}) {
            const auto mend = unpack::parse_mend(changed(seed, random));
            if (mend) {
                ASSERT_FALSE(mend->path.starts_with('/') || cat(mend->path, "/").starts_with("../"))
                    << mend->path;
            }
        }
}

}  // namespace
}  // namespace unpacker
