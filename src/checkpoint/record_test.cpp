#include <gtest/gtest.h>

#include "checkpoint/image.h"

namespace checkpoint {
namespace {

Record example() {
    Record record;
    record.name = "web1";
    record.uuid = "1-2";
    record.made = "1763900000";
    record.corral = "0.1.0";
    record.kernel = "6.1.0";
    record.machine = "x86_64";
    record.life = "00ff";
    record.control_group = "/sys/fs/cgroup/corral/web1/wpar";
    record.first_id = 0x20000000;
    record.ended = true;
    record.mounts = {{"/usr", "at/usr"}, {"/a b\n", "at/x"}};
    record.kept = {{"/dev", "0", false}, {"/run/credentials/x", "1", true}};
    record.groups = {{"system.slice/ssh.service", 0, 0, 0755}, {"a%b \\x20", 12, 34, 0700}};
    record.streams = {{1, "pipe:[4711]", false}, {0, "pipe:[4712]", true}};
    record.files = {{"/srv/a b", 12, 1ULL << 40, 1'700'000'000'000'000'000}};
    return record;
}

TEST(Record, ComesBackAsItWasWritten) {
    const auto back = read(write(example()));
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_EQ(*back, example());
}

TEST(Record, EmptyValuesComeBack) {
    const auto back = read(write(Record{}));
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_EQ(*back, Record{});
}

TEST(Record, OfANewerFormatIsToldAsSuch) {
    const auto refused = read("format 2\nname web1\n");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unsupported);
}

TEST(Record, ThatWasCutShortIsRefused) {
    auto text = write(example());
    text.resize(text.size() - 1);
    EXPECT_FALSE(read(text));
    EXPECT_FALSE(read(""));
}

TEST(Record, GroupsThatLeadElsewhereAreRefused) {
    for (const auto* path : {"../x", "a/../b", "/etc", "a//b", "."}) {
        auto record = example();
        record.groups[0].path = path;
        EXPECT_FALSE(read(write(record))) << path;
    }
}

TEST(Record, KeptThingsHaveNumbersForNames) {
    auto record = example();
    record.kept[0].name = "../../etc";
    EXPECT_FALSE(read(write(record)));
}

TEST(Record, LinesOfNoKnownKindAreRefused) {
    EXPECT_FALSE(read("format 1\ncolour red\n"));
    EXPECT_FALSE(read("format 1\nname\n"));
    EXPECT_FALSE(read("format 1\nfirst_id twelve\n"));
    EXPECT_FALSE(read("format 1\nname %zz\n"));
}

TEST(Record, StreamsAndFilesAreWhatTheyCanBe) {
    for (const auto* line : {"stream 3 pipe:[1] empty", "stream -1 pipe:[1] empty", "stream 1 x",
                             "file relative 1 2", "file /x y 2"})
        EXPECT_FALSE(read(write(example()) + line + "\n")) << line;
}

}  // namespace
}  // namespace checkpoint
