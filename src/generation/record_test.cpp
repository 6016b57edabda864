#include "generation/record.h"

#include <gmock/gmock.h>

namespace generation {
namespace {

using testing::HasSubstr;

const Record example = {.number = 3,
                        .date = 1795367250,
                        .form = Form::erofs,
                        .packages = 169,
                        .package_digest = "aa",
                        .content_digest = "bb",
                        .files = 6473,
                        .bytes = 179861844};

TEST(GenerationRecord, IsReadAsItWasWritten) {
    const auto read = parse_record(write(example));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(*read, example);
}

TEST(GenerationRecord, SaysWhatIsMissingOrMakesNoSense) {
    auto text = write(example);
    const auto without = text.substr(0, text.find("files"));
    EXPECT_THAT(parse_record(without).error().text, HasSubstr("'files' is missing"));
    EXPECT_THAT(parse_record("number = x\n").error().text, HasSubstr("'number = x' is no number"));
    text.replace(text.find("erofs"), 5, "zip");
    EXPECT_THAT(parse_record(text).error().text,
                HasSubstr("'zip' is no form of a generation: reflink, copy or erofs"));
}

}  // namespace
}  // namespace generation
