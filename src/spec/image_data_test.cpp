#include "spec/image_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spec {
namespace {

using testing::HasSubstr;

const std::string good =
    "image_data:\n\tIMAGE_TYPE= bff\n\tanything goes here\n\n"
    "lv_data:\n\tVOLUME_GROUP= datavg\n\tLOGICAL_VOLUME= fslv00\n\tTYPE= jfs2\n\tLPs= 8\n\n"
    "fs_data:\n\tFS_NAME= /var\n\tFS_SIZE= 262144\n\tFS_MIN_SIZE= 100000\n\tFS_LV= /dev/fslv00\n";

Result<std::vector<Mount>> parse(const std::string& text, bool shrink = false) {
    return parse_image_data({.text = text, .file_name = "image.data", .shrink = shrink});
}

TEST(ImageData, AFileSystemAndItsVolumeBecomeAMount) {
    const auto mounts = parse(good);
    ASSERT_TRUE(mounts) << mounts.error().text;
    ASSERT_EQ(mounts->size(), 1U);
    const Mount expected{.directory = "/var", .vfs = "jfs2", .size = "262144", .vg = "datavg"};
    EXPECT_EQ(mounts->front(), expected);
}

TEST(ImageData, ShrinkTakesTheSmallestSize) {
    EXPECT_EQ(parse(good, true)->front().size, "100000");
}

TEST(ImageData, EachFileSystemNeedsItsVolumeAndTheReverse) {
    const auto other = good + "fs_data:\n\tFS_NAME= /home\n\tFS_SIZE= 8\n\tFS_LV= /dev/fslv01\n";
    EXPECT_THAT(
        parse(other).error().text,
        HasSubstr("image.data:16: FS_LV '/dev/fslv01' of /home is the LOGICAL_VOLUME of no"));
    const auto volume = good + "lv_data:\n\tLOGICAL_VOLUME= fslv02\n";
    EXPECT_THAT(parse(volume).error().text,
                HasSubstr("image.data:16: LOGICAL_VOLUME 'fslv02' is the FS_LV of no"));
}

TEST(ImageData, WhatMakesNoSenseIsRefusedWithItsLine) {
    const std::pair<std::string, std::string> cases[] = {
        {"", "there is no fs_data stanza"},
        {"\tFS_NAME= /\n", "image.data:1: expected a stanza"},
        {"fs_data:\n\tFS_NAME /\n", "image.data:2: expected NAME= value"},
        {"fs_data:\n\tFS_SIZE= 8\n", "image.data:1: fs_data has no FS_NAME"},
        {good + "\tFS_LV= /dev/x\n", "image.data:16: FS_LV comes twice in this stanza"},
        {good + "fs_data:\n\tFS_NAME= /var\n", "FS_NAME '/var' comes twice"},
        {good + "lv_data:\n\tLOGICAL_VOLUME= fslv00\n", "LOGICAL_VOLUME 'fslv00' comes twice"},
    };
    for (const auto& [text, why] : cases) {
        const auto mounts = parse(text);
        ASSERT_FALSE(mounts) << text;
        EXPECT_THAT(mounts.error().text, HasSubstr(why));
    }
    auto sizeless = good;
    sizeless.replace(sizeless.find("262144"), 6, "lots");
    EXPECT_THAT(parse(sizeless).error().text, HasSubstr("FS_SIZE of /var is no number"));
}

}  // namespace
}  // namespace spec
