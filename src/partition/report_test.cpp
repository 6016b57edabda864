#include "partition/report.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace partition {
namespace {

using testing::HasSubstr;

class Reported : public testing::Test {
  protected:
    ReportEnds ends = *make_report();
};

bool same_file(int one, int other) {
    struct stat first = {};
    struct stat second = {};
    return ::fstat(one, &first) == 0 && ::fstat(other, &second) == 0 &&
           first.st_ino == second.st_ino && first.st_dev == second.st_dev;
}

TEST_F(Reported, AnErrorArrivesWhole) {
    report(ends.writer.get(),
           Error{Kind::full, "web1: mount '/wpars/web1': no room", ENOSPC, "0960-419"});
    const auto read = read_report(ends.reader.get());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, Kind::full);
    EXPECT_EQ(read.error().text, "web1: mount '/wpars/web1': no room");
    EXPECT_EQ(read.error().os_number, ENOSPC);
    EXPECT_EQ(read.error().id, "0960-419");
}

TEST_F(Reported, AnErrorWithoutWordsIsAnErrorStill) {
    report(ends.writer.get(), Error{Kind::denied, ""});
    const auto read = read_report(ends.reader.get());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, Kind::denied);
    EXPECT_EQ(read.error().text, "");
}

TEST_F(Reported, AnEndlessErrorArrivesCutShort) {
    report(ends.writer.get(),
           Error{Kind::other, std::string(100'000, 'x'), 0, std::string(100, '9')});
    const auto read = read_report(ends.reader.get());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().text, std::string(8192 - 64, 'x'));
    EXPECT_EQ(read.error().id, std::string(64, '9'));
}

TEST_F(Reported, ASuccessNamesInitAndHandsADescriptorOver) {
    const UniqueFd handed(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    report(ends.writer.get(), os::ProcessId{4711, 99}, handed.get());
    const auto read = read_report(ends.reader.get());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->init.pid, 4711);
    EXPECT_EQ(read->init.start, 99U);
    ASSERT_TRUE(read->attached);
    EXPECT_TRUE(same_file(read->attached.get(), handed.get()));
    EXPECT_NE(::fcntl(read->attached.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(Reported, ASuccessMayHaveNothingToHandOver) {
    report(ends.writer.get(), os::ProcessId{1, 2}, -1);
    EXPECT_FALSE(read_report(ends.reader.get())->attached);
}

TEST_F(Reported, ADeathWithoutAWordIsSeen) {
    ends.writer = UniqueFd();
    const auto read = read_report(ends.reader.get());
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().text, HasSubstr("the keeper died"));
}

TEST_F(Reported, TheEndAfterASuccessIsGood) {
    ends.writer = UniqueFd();  // as execve does
    EXPECT_TRUE(read_end(ends.reader.get()));
}

TEST_F(Reported, AnErrorAfterASuccessSaysWhyTheKeeperWasNotExecuted) {
    report(ends.writer.get(),
           Error{Kind::missing, "execve '/usr/libexec/corral/keeper': no such file"});
    ends.writer = UniqueFd();
    const auto ended = read_end(ends.reader.get());
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, Kind::missing);
    EXPECT_THAT(ended.error().text, HasSubstr("libexec"));
}

TEST_F(Reported, AWriterMindsNoReaderThatIsGone) {
    ends.reader = UniqueFd();
    report(ends.writer.get(), Error{Kind::other, "nobody listens"});
}

}  // namespace
}  // namespace partition
