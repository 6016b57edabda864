#include "partition/parallel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <map>

namespace {

using partition::Parallel;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

using Ends = std::map<std::string, std::string>;

// Notes each end: "" for a good one, else what was said.
Parallel noting(Ends& ends, std::vector<std::string> names) {
    Parallel wanted;
    wanted.names = std::move(names);
    wanted.ended = [&](const std::string& name, const Result<void>& done) {
        ends[name] = done ? "" : done.error().text;
    };
    return wanted;
}

TEST(Parallel, DoesTheWorkForEveryName) {
    Ends ends;
    auto wanted = noting(ends, {"web1", "web2", "web3"});
    wanted.work = [](const std::string&) { return Result<void>(); };
    const auto late = partition::run_parallel(wanted);
    ASSERT_TRUE(late) << late.error().text;
    EXPECT_THAT(*late, IsEmpty());
    EXPECT_THAT(ends, ElementsAre(Pair("web1", ""), Pair("web2", ""), Pair("web3", "")));
}

TEST(Parallel, HandsOnWhatAFailureSaid) {
    Ends ends;
    auto wanted = noting(ends, {"bad", "good"});
    wanted.work = [](const std::string& name) -> Result<void> {
        if (name == "bad") return Error{Kind::busy, "somebody sits on it"};
        return {};
    };
    ASSERT_TRUE(partition::run_parallel(wanted));
    EXPECT_THAT(ends, ElementsAre(Pair("bad", "somebody sits on it"), Pair("good", "")));
}

TEST(Parallel, OneThatDiesTakesNoOtherWithIt) {
    Ends ends;
    auto wanted = noting(ends, {"dies", "lives"});
    wanted.at_once = 2;
    wanted.work = [](const std::string& name) -> Result<void> {
        if (name == "dies") ::raise(SIGKILL);
        return {};
    };
    ASSERT_TRUE(partition::run_parallel(wanted));
    EXPECT_THAT(ends["dies"], HasSubstr("killed"));
    EXPECT_EQ(ends["lives"], "");
}

TEST(Parallel, LeavesBehindWhatDoesNotEndInTime) {
    Ends ends;
    auto wanted = noting(ends, {"hangs", "waits"});
    wanted.until = Parallel::Clock::now() + std::chrono::milliseconds(50);
    wanted.work = [](const std::string&) -> Result<void> {
        for (;;) ::pause();
    };
    const auto late = partition::run_parallel(wanted);
    ASSERT_TRUE(late) << late.error().text;
    EXPECT_THAT(*late, testing::UnorderedElementsAre("hangs", "waits"));
    EXPECT_THAT(ends, IsEmpty());
}

}  // namespace
