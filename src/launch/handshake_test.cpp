#include "launch/handshake.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace launch {
namespace {

TEST(Handshake, CarriesStagesAndADescriptor) {
    auto ends = make_channels();
    ASSERT_TRUE(ends);
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(ends->child.tell(Stage::joined));
    ASSERT_TRUE(ends->child.tell(Stage::rooted, null.get()));
    const auto first = ends->parent.wait_for(Stage::joined);
    ASSERT_TRUE(first);
    EXPECT_FALSE(*first);
    const auto second = ends->parent.wait_for(Stage::rooted);
    ASSERT_TRUE(second);
    ASSERT_TRUE(*second);
    EXPECT_EQ(::fcntl(second->get(), F_GETFD), FD_CLOEXEC);
}

TEST(Handshake, AFailureArrivesWhole) {
    auto ends = make_channels();
    ASSERT_TRUE(ends);
    ends->child.fail({Kind::missing, "init is not there", 2, "0960-001"});
    const auto got = ends->parent.wait_for(Stage::rooted);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, Kind::missing);
    EXPECT_EQ(got.error().text, "init is not there");
    EXPECT_EQ(got.error().os_number, 2);
    EXPECT_EQ(got.error().id, "0960-001");
}

TEST(Handshake, ATextThatIsTooLongIsCut) {
    auto ends = make_channels();
    ASSERT_TRUE(ends);
    ends->child.fail({Kind::other, std::string(10000, 'x'), 0, {}});
    EXPECT_EQ(ends->parent.wait_for(Stage::go).error().text, std::string(8192, 'x'));
}

TEST(Handshake, TheOtherSidesEndIsAnErrorBeforeGoAndNoneAfter) {
    auto ends = make_channels();
    ASSERT_TRUE(ends);
    ends->child.close();
    EXPECT_FALSE(ends->parent.wait_for(Stage::joined));
    EXPECT_TRUE(ends->parent.wait_closed());
}

}  // namespace
}  // namespace launch
