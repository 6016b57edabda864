#include "cgroup/cpu_list.h"

#include <gmock/gmock.h>

namespace cgroup {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CpuList, ReadsNumbersAndRanges) {
    EXPECT_THAT(*parse_cpu_list("0"), ElementsAre(0));
    EXPECT_THAT(*parse_cpu_list("0-2,7"), ElementsAre(0, 1, 2, 7));
    EXPECT_THAT(*parse_cpu_list("3,0-1,1"), ElementsAre(0, 1, 3));
}

TEST(CpuList, RefusesWhatTheKernelWouldMisread) {
    for (const auto* text :
         {"", "a", "1-", "-1", "2-1", "1,,2", "1-2-3", "0-8192", "0 1", "99999999999999999999"}) {
        const auto parsed = parse_cpu_list(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().kind, Kind::invalid);
        EXPECT_THAT(parsed.error().text, HasSubstr("not a list of processors"));
    }
}

}  // namespace
}  // namespace cgroup
