#include "unpack/mend.h"

#include <gtest/gtest.h>

namespace unpack {
namespace {

TEST(Mend, IsReadAsItWasWritten) {
    for (const Mend& mend :
         {Mend{.what = Mend::What::owner,
         .path = "a\n b",
         .uid = 3000000000,
         .gid = 7,
         .mode = 04755},
          Mend{.what = Mend::What::attribute,
          .path = ".",
          .name = "trusted.note",
          .value = std::string("\0x", 2)},
          Mend{.what = Mend::What::attribute, .path = "a", .name = "trusted.empty"},
          Mend{.what = Mend::What::device,
          .path = "dev/null",
          .mode = 0666,
          .major = 1,
          .minor = 3,
          .mtime = 5}}) {
        const auto read = parse_mend(write(mend));
        ASSERT_TRUE(read) << write(mend);
        EXPECT_EQ(*read, mend);
    }
}

// The program that asks may have been taken over by the backup that it reads.
TEST(Mend, AsksForNothingOutsideAndForNoPower) {
    for (const auto* text :
         {"o ../etc 0 0 755", "o /etc 0 0 755", "o a/../../etc 0 0 755", "o  0 0 755",
          "o a 0 0 99999", "o a 4294967295 0 755", "o a -1 0 755", "o a 0 0",
          "c dev/mem 0 0 438 1 1 0", "c disk 0 0 438 8 0 0", "c . 0 0 438 1 3 0",
          "b disk 0 0 438 1 3 0", "a a security.capability x", "a a trusted.overlay.opaque y",
          "a a user.note x", "a a trusted.a%00b x", "", "o", "x y z"})
        EXPECT_FALSE(parse_mend(text)) << text;
}

}  // namespace
}  // namespace unpack
