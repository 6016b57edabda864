#include "registry/moves.h"

#include <gtest/gtest.h>

namespace {

using registry::MovePhase;
using registry::MoveRecord;

TEST(MoveRecord, IsReadAsItWasWritten) {
    const MoveRecord record{.token = "abc",
                            .host = "root@server two",
                            .command = {"ssh", "-p 22\n"},
                            .phase = MovePhase::asked,
                            .active = true,
                            .system = false,
                            .boot = "id"};
    EXPECT_EQ(registry::parse_move(registry::write(record)), record);
}

TEST(MoveRecord, OfAnEarlierVersionSaysNothingOfItsKind) {
    EXPECT_EQ(registry::parse_move("token a\nhost b\nphase asked\n")->system, std::nullopt);
}

TEST(MoveRecord, ThatIsDamagedIsNone) {
    for (const auto* text : {"", "token a\n", "token a\nhost b\nphase later\n", "token\n"})
        EXPECT_FALSE(registry::parse_move(text)) << text;
}

}  // namespace
