#include "backup/frame.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"

namespace backup {
namespace {

struct Written {
    UniqueFd file{::memfd_create("backup", MFD_CLOEXEC)};
    std::string bytes = {};
    void write() const {
        ASSERT_EQ(::pwrite(file.get(), bytes.data(), bytes.size(), 0),
                  static_cast<ssize_t>(bytes.size()));
        ASSERT_EQ(::ftruncate(file.get(), static_cast<off_t>(bytes.size())), 0);
    }
    Result<Tables> read() const { return read_tables(file.get(), bytes.size()); }
};

Written two_frames(Algorithm algorithm = Algorithm::blake3) {
    Compressor compressor(3);
    Written written;
    Frames records{.algorithm = algorithm};
    for (const auto& text : {std::string(100000, 'a'), std::string("the end")}) {
        auto frame = compressor.compress(text);
        written.bytes += frame->bytes;
        records.all.push_back(frame->record);
    }
    written.bytes += tables(records);
    written.write();
    return written;
}

TEST(Frames, TheTablesTellWhereEachFrameIs) {
    const auto written = two_frames();
    const auto read = written.read();
    ASSERT_TRUE(read) << read.error().text;
    ASSERT_EQ(read->frames.all.size(), 2U);
    EXPECT_EQ(read->frames.all[0].plain, 100000U);
    EXPECT_EQ(read->frames.all[1].plain, 7U);
    EXPECT_EQ(read->whole, whole_digest(read->frames));
    const auto content = read->frames.all[0].compressed + read->frames.all[1].compressed;
    EXPECT_EQ(content + read->size, written.bytes.size());
}

TEST(Frames, TheTablesTellWhichDigestsTheyHave) {
    for (const auto algorithm : {Algorithm::blake3, Algorithm::sha256}) {
        const auto read = two_frames(algorithm).read();
        ASSERT_TRUE(read) << read.error().text;
        EXPECT_EQ(read->frames.algorithm, algorithm);
        EXPECT_EQ(read->whole, whole_digest(read->frames));
    }
}

TEST(Frames, AnyOtherReaderOfZstdPassesOverTheTables) {
    const auto written = two_frames();
    std::string plain(200000, '\0');
    const auto size =
        ZSTD_decompress(plain.data(), plain.size(), written.bytes.data(), written.bytes.size());
    EXPECT_EQ(size, 100007U);
}

TEST(Frames, ATableThatWasTouchedAnywhereIsRefused) {
    auto written = two_frames();
    const auto good = written.bytes;
    const auto length = written.read()->size;
    for (std::size_t at = good.size() - length; at < good.size(); ++at) {
        written.bytes = good;
        written.bytes[at] = static_cast<char>(written.bytes[at] ^ 0x20);
        written.write();
        EXPECT_FALSE(written.read()) << "byte " << at;
    }
}

TEST(Frames, WhatIsNoFrameIsRefused) {
    auto longer = two_frames();
    for (const std::size_t at : {std::size_t{0}, std::size_t{5}}) {
        longer.bytes.insert(at, "x");
        longer.write();
        EXPECT_EQ(longer.read().error().kind, Kind::invalid) << at;
    }
}

TEST(Frames, AFileThatWasCutIsRefused) {
    auto written = two_frames();
    const auto good = written.bytes;
    for (const std::size_t left :
         {std::size_t{0}, std::size_t{8}, good.size() / 2, good.size() - 1}) {
        written.bytes = good.substr(0, left);
        written.write();
        EXPECT_FALSE(written.read()) << left;
    }
}

}  // namespace
}  // namespace backup
