#include "partition/copies/backup_record.h"

#include <gtest/gtest.h>

namespace {

using partition::copies::parse_backup_data;

constexpr std::string_view usual =
    "backup:\n\tVERSION= 1\n\tDATE= 12\n\tWPAR= web\n\tUUID= u\n\tGRADE= frozen\n\tSTILL= 3\n"
    "\tARCHITECTURE= x86_64\n\tBASE= \n\tCORRAL= 0.1.0\n\ngenerations:\n\t7= aa bb\n"
    "\npackages:\n\tbash 5.2\n\tcoreutils 9.1\n";

TEST(BackupRecord, SaysOfWhatWhenAndHowItWasMade) {
    const auto record = parse_backup_data(usual);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->time, 12);
    EXPECT_EQ(record->wpar, "web");
    EXPECT_EQ(record->grade, "frozen");
    EXPECT_EQ(record->still, 3U);
    EXPECT_EQ(record->base, "");
    EXPECT_EQ(record->packages, (std::vector<std::string>{"bash 5.2", "coreutils 9.1"}));
    ASSERT_EQ(record->generations.size(), 1U);
    EXPECT_EQ(record->generations[0].number, 7U);
    EXPECT_EQ(record->generations[0].packages, "aa");
    EXPECT_EQ(record->generations[0].content, "bb");
}

TEST(BackupRecord, ANewerFormatOrNoneIsRefused) {
    EXPECT_EQ(parse_backup_data("backup:\n\tVERSION= 2\n").error().kind, Kind::unsupported);
    EXPECT_EQ(parse_backup_data("backup:\n\tVERSION= 0\n").error().kind, Kind::invalid);
    EXPECT_EQ(parse_backup_data("").error().kind, Kind::invalid);
}

TEST(BackupRecord, GenerationsThatMakeNoSenseAreNone) {
    const auto record = parse_backup_data(
        "backup:\n\tVERSION= 1\ngenerations:\n\t0= a b\n\tx= a b\n\t1= a\n\t99999999999= a b\n");
    ASSERT_TRUE(record);
    EXPECT_TRUE(record->generations.empty());
}

TEST(BackupRecord, TheHostIsTheSecondWordOfTheMachine) {
    EXPECT_EQ(partition::copies::host_in("image_data:\n\tUNAME_INFO= Linux there 6.1 x86_64\n"),
              "there");
    EXPECT_EQ(partition::copies::host_in("image_data:\n"), "");
}

}  // namespace
