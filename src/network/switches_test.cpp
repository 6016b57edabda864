#include "network/switches.h"

#include <gtest/gtest.h>

namespace network {
namespace {

TEST(Switched, IsReadAsItWasWritten) {
    const std::vector<Switched> list = {{"ipv4/conf/en0.100/forwarding", "0", "1"},
                                        {"ipv6/conf/en0/accept_ra", "1", "2"}};
    EXPECT_EQ(parse_switched(show(list)), list);
    EXPECT_TRUE(parse_switched("half a\n\n").empty());
}

TEST(Switches, WithoutAFileNothingIsOpened) {
    const auto switches = Switches::open("/nonexistent/switches");
    ASSERT_TRUE(static_cast<bool>(switches));
    EXPECT_EQ(switches->opened(), Opened{});
}

}  // namespace
}  // namespace network
