#include "launch/child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace launch {
namespace {

using testing::HasSubstr;

TEST(CannotExecute, AScriptWithoutItsFirstLineIsToldWhatHelps) {
    const auto error = cannot_execute(ENOEXEC, "/srv/it's");
    EXPECT_THAT(error.text, HasSubstr("begins with #! (ENOEXEC)"));
    EXPECT_THAT(error.text, HasSubstr("run it by its interpreter: /bin/sh '/srv/it'\\''s'"));
}

TEST(CannotExecute, SaysThatAProgramOrItsInterpreterIsMissing) {
    EXPECT_THAT(cannot_execute(ENOENT, "/bin/no").text, HasSubstr("the interpreter it names"));
    EXPECT_THAT(cannot_execute(EACCES, "/etc").text, HasSubstr("is not an executable file"));
}

}  // namespace
}  // namespace launch
