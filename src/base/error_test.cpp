#include "base/error.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/text.h"

namespace {

TEST(OsError, SaysCallSubjectAndTheKernelsWord) {
    const auto error = Error::os(ENOENT, "open", "/etc/wpars/web1.cf");
    EXPECT_EQ(error.text, "open '/etc/wpars/web1.cf': No such file or directory (ENOENT)");
    EXPECT_EQ(error.kind, Kind::missing);
    EXPECT_EQ(error.os_number, ENOENT);
}

TEST(OsError, SurvivesNumbersWithoutAName) {
    EXPECT_EQ(Error::os(4095, "call", "x").text, "call 'x': unknown error (?)");
}

TEST(OsError, ShowsAHostileSubjectHarmlessly) {
    EXPECT_EQ(Error::os(EEXIST, "mkdir", "a\nb").text, "mkdir 'a\\x0ab': File exists (EEXIST)");
}

TEST(OsError, ShowsBothEndsOfWhatIsTooLongToRead) {
    const auto text =
        Error::os(ENAMETOOLONG, "open", cat("/begin", std::string(5000, 'x'), "end")).text;
    EXPECT_LT(text.size(), 400U);
    EXPECT_TRUE(text.starts_with("open '/beginxx"));
    EXPECT_TRUE(text.find("xxend': File name too long") != std::string::npos);
    EXPECT_TRUE(Error::os(EIO, "open", std::string(400, 'x')).text.find(std::string(400, 'x')) !=
                std::string::npos);
}

TEST(OsError, OfAFullDiskNamesTheCheckThatExplainsIt) {
    EXPECT_EQ(Error::os(ENOSPC, "write", "/x").check, "space");
    EXPECT_EQ(Error::os(EDQUOT, "write", "/x").check, "space");
    EXPECT_EQ(Error::os(ENOENT, "open", "/x").check, "");
}

TEST(Shown, AddsTheCheckOfTheDoctorToTheText) {
    const Error plain{Kind::other, "no luck"};
    EXPECT_EQ(plain.shown(), "no luck");
    EXPECT_EQ(plain.explained_by("idmap").within("web1").shown(),
              "web1: no luck (check: corral doctor idmap)");
}

TEST(Shown, TheCheckNearestToTheCauseStays) {
    const Error error = Error{Kind::other, "x"}.explained_by("loop").explained_by("space");
    EXPECT_EQ(error.check, "loop");
}

TEST(OsError, HasTheKindThatCallersBranchOn) {
    EXPECT_EQ(kind_of(ENAMETOOLONG), Kind::invalid);
    EXPECT_EQ(kind_of(EINVAL), Kind::other);  // a damaged disk says so too: nobody's wrong word
    EXPECT_EQ(kind_of(ESRCH), Kind::missing);
    EXPECT_EQ(kind_of(ENOTEMPTY), Kind::exists);
    EXPECT_EQ(kind_of(EBUSY), Kind::busy);
    EXPECT_EQ(kind_of(EROFS), Kind::denied);
    EXPECT_EQ(kind_of(ENOSYS), Kind::unsupported);
    EXPECT_EQ(kind_of(EDQUOT), Kind::full);
    EXPECT_EQ(kind_of(EINTR), Kind::interrupted);
    EXPECT_EQ(kind_of(EIO), Kind::other);
}

TEST(Within, GrowsTheTextOutwardsAndKeepsTheRest) {
    const Error inner{Kind::busy, "mount '/x': busy", EBUSY, "0960-419"};
    const auto outer = inner.within("web1").within("startwpar");
    EXPECT_EQ(outer.text, "startwpar: web1: mount '/x': busy");
    EXPECT_EQ(outer.kind, Kind::busy);
    EXPECT_EQ(outer.os_number, EBUSY);
    EXPECT_EQ(outer.id, "0960-419");
}

}  // namespace
