#include "session/pipes.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace session {
namespace {

// Something else on a standard descriptor, for a while.
class Instead {
  public:
    Instead(int place, int fd) : place_(place), before_(::fcntl(place, F_DUPFD_CLOEXEC, 10)) {
        ::dup2(fd, place);
    }
    ~Instead() {
        ::dup2(before_, place_);
        ::close(before_);
    }
    Instead(const Instead&) = delete;
    Instead& operator=(const Instead&) = delete;

  private:
    int place_;
    int before_;
};

UniqueFd null() { return UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC)); }
std::string read_some(int fd) {
    std::string text(100, '\0');
    const auto got = ::read(fd, text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
}

TEST(Pipes, NothingLeadsOutsideThroughTheNullDevice) {
    const auto nothing = null();
    const Instead input(0, nothing.get());
    const Instead output(1, nothing.get());
    const Instead errors(2, nothing.get());
    const auto pipes = Pipes::plan();
    ASSERT_TRUE(pipes);
    EXPECT_TRUE(pipes->empty());
}

TEST(Pipes, AFileToReadFromIsOpenedAgainInsideOneToWriteToIsNot) {
    const UniqueFd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    const auto nothing = null();
    const Instead input(0, file.get());
    const Instead output(1, file.get());
    const Instead errors(2, nothing.get());
    const auto pipes = Pipes::plan();
    ASSERT_TRUE(pipes);
    EXPECT_EQ(pipes->inside()[0], -1);
    EXPECT_GE(pipes->inside()[1], 3);
}

TEST(Pipes, OutputAndErrorsOfOneFileKeepTheirOrder) {
    const UniqueFd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    const auto nothing = null();
    const Instead input(0, nothing.get());
    const Instead output(1, file.get());
    const Instead errors(2, file.get());
    const auto pipes = Pipes::plan();
    ASSERT_TRUE(pipes);
    EXPECT_EQ(pipes->inside()[1], pipes->inside()[2]);
}

TEST(Pipes, WhatWasOnItsWayToTheApplicationIsReadFirst) {
    auto pipes = Pipes::make({0});
    ASSERT_TRUE(pipes);
    ASSERT_TRUE(pipes->put_back(0, "before\n"));
    EXPECT_EQ(read_some(pipes->inside()[0]), "before\n");
}

// All that can be moved now without waiting for anybody.
void move_all(Pipes& pipes) {
    for (;;) {
        auto watched = pipes.watched();
        if (::poll(watched.data(), watched.size(), 0) <= 0) return;
        pipes.move(watched.data());
    }
}

TEST(Pipes, AReaderWhoDoesNotReadHoldsUpNothingAndMissesNothing) {
    std::string said(300'000, ' ');
    for (std::size_t at = 0; at < said.size(); ++at) said[at] = static_cast<char>('a' + at % 23);
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    std::string heard;
    {
        const UniqueFd writer(ends[1]);
        const Instead output(1, writer.get());
        auto pipes = Pipes::make({1});
        ASSERT_TRUE(pipes);
        ASSERT_TRUE(pipes->put_back(1, said));
        ASSERT_EQ(::write(pipes->inside()[1], "next", 4), 4);
        said += "next";
        pipes->close_inside();
        move_all(*pipes);
        EXPECT_TRUE(pipes->holds_output());
        std::string some(4096, '\0');
        while (heard.size() < said.size()) {
            const auto got = ::read(reader.get(), some.data(), some.size());
            ASSERT_GT(got, 0);
            heard.append(some, 0, static_cast<std::size_t>(got));
            move_all(*pipes);
        }
        EXPECT_FALSE(pipes->holds_output());
    }
    EXPECT_EQ(heard, said);
}

TEST(Pipes, WhatItHasSaidComesOutAtTheEnd) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    {
        const UniqueFd writer(ends[1]);
        const Instead output(1, writer.get());
        auto pipes = Pipes::make({1});
        ASSERT_TRUE(pipes);
        ASSERT_EQ(::write(pipes->inside()[1], "said", 4), 4);
        pipes->close_inside();
        pipes->drain();
    }
    EXPECT_EQ(read_some(reader.get()), "said");
}

}  // namespace
}  // namespace session
