#include "network/packet.h"

#include <linux/if_ether.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <algorithm>

namespace network {
namespace {

constexpr Mac everyone = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr std::size_t ethernet_size = 14;
constexpr std::size_t ipv6_size = 40;
constexpr std::uint16_t arp_request = 1;
constexpr std::uint16_t arp_reply = 2;

template <class Bytes>
void add(Frame& frame, const Bytes& bytes) {
    for (const auto byte : bytes) frame.push_back(byte);
}

void add(Frame& frame, const Ip& ip) {
    for (std::size_t i = 0; i < ip.size(); ++i) frame.push_back(ip.bytes[i]);
}

void add_short(Frame& frame, unsigned value) {
    frame.push_back(static_cast<std::uint8_t>(value >> 8));
    frame.push_back(static_cast<std::uint8_t>(value));
}

unsigned short_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<unsigned>(bytes[at]) << 8 | bytes[at + 1];
}

struct Arp {
    Mac mac = {};
    Ip from = {};
    Ip asked = {};
};

Frame arp_frame(const Arp& arp) {
    Frame frame;
    add(frame, everyone);
    add(frame, arp.mac);
    add_short(frame, ETH_P_ARP);
    add_short(frame, 1);  // Ethernet
    add_short(frame, ETH_P_IP);
    frame.push_back(6);
    frame.push_back(4);
    add_short(frame, arp_request);
    add(frame, arp.mac);
    add(frame, arp.from);
    add(frame, Mac{});
    add(frame, arp.asked);
    return frame;
}

Ip multicast(std::uint8_t last) {
    Ip ip{AF_INET6, {0xff, 0x02}};
    ip.bytes[15] = last;
    return ip;
}

Ip solicited_node(const Ip& ip) {
    auto group = multicast(0);
    group.bytes[11] = 1;
    group.bytes[12] = 0xff;
    std::copy_n(ip.bytes.begin() + 13, 3, group.bytes.begin() + 13);
    return group;
}

Mac multicast_mac(const Ip& group) {
    return {0x33, 0x33, group.bytes[12], group.bytes[13], group.bytes[14], group.bytes[15]};
}

unsigned checksum(const Ip& from, const Ip& to, std::span<const std::uint8_t> body) {
    unsigned sum = static_cast<unsigned>(body.size()) + IPPROTO_ICMPV6;
    for (std::size_t i = 0; i < 16; i += 2) sum += short_at(from.bytes, i) + short_at(to.bytes, i);
    for (std::size_t i = 0; i + 1 < body.size(); i += 2) sum += short_at(body, i);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

struct Discovery {
    Mac mac = {};
    Ip from = {};
    Ip to = {};
    Ip target = {};
    std::uint8_t type = ND_NEIGHBOR_SOLICIT;
    std::uint8_t flags = 0;
    std::uint8_t option = 0;  // 1: source, 2: target link-layer address; 0: none
};

Frame discovery_frame(const Discovery& discovery) {
    Frame body = {discovery.type, 0, 0, 0, discovery.flags, 0, 0, 0};
    add(body, discovery.target);
    if (discovery.option != 0) {
        body.push_back(discovery.option);
        body.push_back(1);  // in units of eight bytes
        add(body, discovery.mac);
    }
    const auto sum = checksum(discovery.from, discovery.to, body);
    body[2] = static_cast<std::uint8_t>(sum >> 8);
    body[3] = static_cast<std::uint8_t>(sum);
    Frame frame;
    add(frame, multicast_mac(discovery.to));
    add(frame, discovery.mac);
    add_short(frame, ETH_P_IPV6);
    add(frame, std::array<std::uint8_t, 4>{0x60, 0, 0, 0});
    add_short(frame, static_cast<unsigned>(body.size()));
    frame.push_back(IPPROTO_ICMPV6);
    frame.push_back(255);  // receivers refuse anything that came through a router
    add(frame, discovery.from);
    add(frame, discovery.to);
    add(frame, body);
    return frame;
}

Mac mac_at(std::span<const std::uint8_t> frame, std::size_t at) {
    Mac mac = {};
    std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(at), mac.size(), mac.begin());
    return mac;
}

Ip ip_at(int family, std::span<const std::uint8_t> frame, std::size_t at) {
    Ip ip;
    ip.family = family;
    std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(at), ip.size(), ip.bytes.begin());
    return ip;
}

}  // namespace

Frame announcement(const Ip& ip, const Mac& mac) {
    if (ip.four()) return arp_frame({mac, ip, ip});
    return discovery_frame({.mac = mac,
                            .from = ip,
                            .to = multicast(1),
                            .target = ip,
                            .type = ND_NEIGHBOR_ADVERT,
                            .flags = 0x20,  // override what neighbours remember
                            .option = 2});
}

Frame question(const Question& question) {
    const Ip nobody{question.asked.family, {}};
    const auto from = question.from.value_or(nobody);
    if (question.asked.four()) return arp_frame({question.mac, from, question.asked});
    return discovery_frame({.mac = question.mac,
                            .from = from,
                            .to = solicited_node(question.asked),
                            .target = question.asked,
                            .option = static_cast<std::uint8_t>(question.from ? 1 : 0)});
}

std::optional<Holder> holder_in(std::span<const std::uint8_t> frame) {
    if (frame.size() < ethernet_size + 28) return std::nullopt;
    const auto type = short_at(frame, 12);
    if (type == ETH_P_ARP) {
        const auto operation = short_at(frame, ethernet_size + 6);
        if (operation != arp_reply && operation != arp_request) return std::nullopt;
        return Holder{ip_at(AF_INET, frame, ethernet_size + 14), mac_at(frame, ethernet_size + 8)};
    }
    constexpr auto body = ethernet_size + ipv6_size;
    if (type != ETH_P_IPV6 || frame.size() < body + 24 ||
        frame[ethernet_size + 6] != IPPROTO_ICMPV6 || frame[body] != ND_NEIGHBOR_ADVERT)
        return std::nullopt;
    return Holder{ip_at(AF_INET6, frame, body + 8), mac_at(frame, 6)};
}

}  // namespace network
