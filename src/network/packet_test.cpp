#include "network/packet.h"

#include <gtest/gtest.h>

namespace network {
namespace {

constexpr Mac mac = {2, 0, 0, 0, 0, 1};

unsigned sum_of(std::span<const std::uint8_t> bytes) {
    unsigned sum = 0;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
        sum += static_cast<unsigned>(bytes[i]) << 8 | bytes[i + 1];
    return sum;
}

// With its own checksum in, everything that is summed gives all ones.
void expect_right_sum(const Frame& frame) {
    const std::span all(frame);
    unsigned sum = sum_of(all.subspan(22, 32)) + sum_of(all.subspan(54)) +
                   static_cast<unsigned>(frame.size() - 54) + 58;
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    EXPECT_EQ(sum, 0xffffU);
}

TEST(Announcement, NamesTheHolder) {
    for (const auto* text : {"192.168.21.11", "2001:db8::11"}) {
        const auto frame = announcement(*parse_ip(text), mac);
        const auto holder = holder_in(frame);
        ASSERT_TRUE(holder) << text;
        EXPECT_EQ(holder->ip.text(), text);
        EXPECT_EQ(holder->mac, mac);
    }
}

TEST(Announcement, HasARightChecksum) {
    const auto frame = announcement(*parse_ip("2001:db8::11"), mac);
    EXPECT_EQ(frame.size(), 86U);
    expect_right_sum(frame);
}

TEST(Question, GoesToTheSolicitedNodes) {
    const auto frame = question(
        {.asked = *parse_ip("2001:db8::12:3456"), .mac = mac, .from = *parse_ip("fe80::1")});
    const Mac group = {0x33, 0x33, 0xff, 0x12, 0x34, 0x56};
    EXPECT_TRUE(std::equal(group.begin(), group.end(), frame.begin()));
    expect_right_sum(frame);
    EXPECT_FALSE(holder_in(frame)) << "a question is no claim";
    expect_right_sum(question({.asked = *parse_ip("2001:db8::1"), .mac = mac}));
}

TEST(Question, OfArpNamesTheAskedAddress) {
    const auto frame =
        question({.asked = *parse_ip("10.0.0.9"), .mac = mac, .from = *parse_ip("10.0.0.1")});
    ASSERT_EQ(frame.size(), 42U);
    EXPECT_EQ(frame[41], 9);
    EXPECT_EQ(frame[31], 1);
}

TEST(Holder, IsNotReadFromShortOrForeignFrames) {
    auto frame = announcement(*parse_ip("2001:db8::11"), mac);
    for (std::size_t size = 0; size < 78; ++size) EXPECT_FALSE(holder_in({frame.data(), size}));
    frame[54] = 1;
    EXPECT_FALSE(holder_in(frame));
}

}  // namespace
}  // namespace network
