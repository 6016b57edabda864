#include "checkpoint/criu_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace checkpoint {
namespace {

using testing::HasSubstr;

TEST(CriuProbe, ReadsTheVersion) {
    EXPECT_EQ(criu_version("Version: 3.17.1\nGitID: v3.17\n"), "3.17.1");
    EXPECT_EQ(criu_version(""), "of unknown version");
    EXPECT_EQ(version_number("3.17.1"), 31701U);
    EXPECT_EQ(version_number("4.2"), 40200U);
    EXPECT_EQ(version_number("4.1-rc1"), 40100U);
    EXPECT_EQ(version_number("of unknown version"), 0U);
}

TEST(CriuProbe, TheLastErrorIsTheReason) {
    EXPECT_EQ(last_words("Warn (x)\nError (a.c:1): one\nError (b.c:2): two\nWarn: bye\n\n"),
              "Error (b.c:2): two");
    EXPECT_EQ(last_words("Looks good.\n"), "Looks good.");
}

TEST(CriuProbe, AnUnknownVdsoIsToldAsSuch) {
    const auto why = why_unusable("3.17.1", 1,
                                  "Error (criu/vdso.c:381): vdso: Unexpected rt vDSO area bounds\n"
                                  "Error (criu/crtools.c:260): Could not initialize\n");
    EXPECT_THAT(why, HasSubstr("this kernel's vDSO"));
    EXPECT_THAT(why, HasSubstr("newer CRIU than 3.17.1"));
    EXPECT_THAT(why_unusable("4.2", 124, ""), HasSubstr("20 seconds"));
    EXPECT_EQ(why_unusable("4.2", 1, "Error (x.c:1): \033[1m\n"), "Error (x.c:1): \\x1b[1m");
}

TEST(CriuProbe, AMissingOneIsExplained) {
    EXPECT_THAT(unusable({}).text, HasSubstr("install package criu"));
    EXPECT_THAT(unusable({.installed = true, .version = "3.17.1", .reason = "no luck"}).text,
                HasSubstr("CRIU 3.17.1 cannot work on this kernel: no luck; install a newer"));
}

}  // namespace
}  // namespace checkpoint
