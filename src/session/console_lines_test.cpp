#include "session/console_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Log {
  public:
    void feed(std::string_view bytes) {
        lines_.feed(
            bytes,
            [](void* log, std::string_view line) {
                static_cast<Log*>(log)->shown.emplace_back(line);
            },
            this);
    }
    std::vector<std::string> shown = {};

  private:
    ConsoleLines lines_;
};

std::vector<std::string> lines_of(std::string_view bytes) {
    Log log;
    log.feed(bytes);
    return log.shown;
}

TEST(ConsoleLines, EndWithTheirNewline) {
    EXPECT_THAT(lines_of("one\r\ntwo\nthree"), ElementsAre("one", "two"));
}

TEST(ConsoleLines, MayComeInPieces) {
    Log log;
    for (const char byte : std::string("\x1b[0;32m  OK  \x1b[0m ready\r\n")) log.feed({&byte, 1});
    EXPECT_THAT(log.shown, ElementsAre("  OK   ready"));
}

TEST(ConsoleLines, LeaveOutWhatOnlyATerminalUnderstands) {
    EXPECT_THAT(lines_of("\x1b]0;title\x07text\x1b(B\x07\x01\n"), ElementsAre("text"));
    EXPECT_THAT(lines_of("\x1b]8;;http://x\x1b\\link\n"), ElementsAre("link"));
    EXPECT_THAT(lines_of("\x1bPdevice control\x1b\\after\n"), ElementsAre("after"));
}

TEST(ConsoleLines, KeepWhatACarriageReturnLeavesOnTheScreen) {
    EXPECT_THAT(lines_of("10%\r50%\r100%\r\r\n"), ElementsAre("100%"));
}

TEST(ConsoleLines, AreNoneWhereNothingIsShown) {
    EXPECT_THAT(lines_of("\n\r\n\x1b[2J\n"), IsEmpty());
}

TEST(ConsoleLines, AreCutWhenTheyNeverEnd) {
    const auto shown = lines_of(std::string(2500, 'x') + "\n");
    ASSERT_EQ(shown.size(), 3U);
    EXPECT_EQ(shown[0], std::string(1024, 'x'));
    EXPECT_EQ(shown[2], std::string(452, 'x'));
}

TEST(ConsoleLines, AnUnfinishedSequenceHidesOneLineAtMost) {
    EXPECT_THAT(lines_of("\x1b]0;never closed\nnext\n"), ElementsAre("next"));
    EXPECT_THAT(lines_of("\x1b[31;\nnext\n"), ElementsAre("next"));
}

TEST(ConsoleLines, LetBytesPassThatAreNoCharacters) {
    EXPECT_THAT(lines_of("caf\xc3\xa9 \xff\n"), ElementsAre("caf\xc3\xa9 \xff"));
}

}  // namespace
}  // namespace session
