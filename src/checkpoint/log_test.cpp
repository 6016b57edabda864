#include "checkpoint/log.h"

#include <gtest/gtest.h>

namespace checkpoint {
namespace {

TEST(LogOfCriu, TheFirstErrorsAreTheCause) {
    EXPECT_EQ(errors_of_log(
                  "(00.010406) Warn  (criu/fsnotify.c:281): fsnotify: cannot be opened\n"
                  "(00.018131) Error (criu/fsnotify.c:284): fsnotify: \tCan't dump that handle\n"
                  "(00.018147) Error (criu/cr-dump.c:1698): Dump files (pid: 95) failed with -1\n"
                  "(00.044612) Error (criu/cr-dump.c:2128): Dumping FAILED.\n"),
              "fsnotify:  Can't dump that handle; Dump files (pid: 95) failed with -1");
}

TEST(LogOfCriu, LinesOfRestoredProcessesHaveTheirNumberBefore) {
    EXPECT_EQ(errors_of_log(
                  "(00.080021)      1: Error (criu/mount-v2.c:319): mnt-v2: Failed to open_tree\n"),
              "mnt-v2: Failed to open_tree");
}

TEST(LogOfCriu, AShortLogHasNoTimes) {
    EXPECT_EQ(errors_of_log("Warn  (criu/a.c:1): x\nError (criu/util.c:1534): rlimit: Can't setup "
                            "RLIMIT_NOFILE for self\nError (criu/b.c:2): no luck\n"),
              "no luck");
}

TEST(LogOfCriu, WhatEveryRunSaysIsNoReason) {
    EXPECT_EQ(
        errors_of_log(
            "(00.000382) Error (criu/util.c:1534): rlimit: Can't setup RLIMIT_NOFILE for self\n"),
        "");
    EXPECT_EQ(errors_of_log(""), "");
}

TEST(LogOfCriu, RepeatedAndManyErrorsAreShortened) {
    std::string text;
    for (int round = 0; round < 3; ++round)
        for (const auto* what : {"one", "two", "three", "four"})
            text += std::string("(00.1) Error (a.c:1): ") + what + "\n";
    EXPECT_EQ(errors_of_log(text), "one; two; three");
}

TEST(LogOfCriu, NamesFromInsideAreShownSafely) {
    EXPECT_EQ(errors_of_log("(00.1) Error (a.c:1): bad \x1b[2J name\n").find('\x1b'),
              std::string::npos);
}

}  // namespace
}  // namespace checkpoint
