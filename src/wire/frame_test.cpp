#include "wire/frame.h"

#include <gtest/gtest.h>

namespace {

using wire::FrameKind;

TEST(Message, ComesBackAsItWasSent) {
    const wire::Message sent{"offer",
                             {{"name", "web1"}, {"text", "two\nlines = %\x01"}, {"empty", ""}}};
    const auto got = wire::parse_message(wire::write(sent));
    ASSERT_TRUE(got);
    EXPECT_EQ(*got, sent);
    EXPECT_EQ(got->value("name"), "web1");
    EXPECT_EQ(got->value("unknown"), "");
}

TEST(Message, IsNothingThatWouldNotHaveBeenSent) {
    for (const auto* text : {"", "\n", "verb", "Verb\n", "verb\n\n", "verb\nname\n", "verb\n=x\n",
                             "verb\na=1\na=2\n", "verb\na=\x01\n", "verb\na=%zz\n", "ver b\n"})
        EXPECT_FALSE(wire::parse_message(text)) << text;
}

TEST(Head, SaysHowManyBytesFollow) {
    const auto head = wire::parse_head(wire::head_of(FrameKind::data, 70000));
    ASSERT_TRUE(head);
    EXPECT_EQ(head->kind, FrameKind::data);
    EXPECT_EQ(head->length, 70000U);
}

TEST(Head, IsRefusedBeforeRoomIsMadeForTooMuch) {
    EXPECT_FALSE(wire::parse_head(wire::head_of(FrameKind::data, wire::longest_data + 1)));
    EXPECT_TRUE(wire::parse_head(wire::head_of(FrameKind::message, wire::longest_data + 1)));
    EXPECT_FALSE(wire::parse_head(wire::head_of(FrameKind::message, wire::longest_message + 1)));
    EXPECT_FALSE(wire::parse_head(std::string_view("X\0\0\0\1", 5)));
    EXPECT_FALSE(wire::parse_head("M"));
}

TEST(Greeting, IsToldFromWhatALoginPrints) {
    auto line = wire::greeting("1.2.3");
    line.pop_back();
    const auto greeted = wire::parse_greeting(line);
    ASSERT_TRUE(greeted);
    EXPECT_EQ(greeted->protocol, wire::protocol_version);
    EXPECT_EQ(greeted->version, "1.2.3");
    for (const auto* other : {"", "Welcome to Debian", "corral-link", "corral-link x 1",
                              "corral-link 1 2 3", "corral-link 99999999999999999999 1"})
        EXPECT_FALSE(wire::parse_greeting(other)) << other;
}

}  // namespace
