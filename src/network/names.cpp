#include "network/names.h"

namespace network {

std::string show_mac(const Mac& mac) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    for (const auto byte : mac) {
        if (!shown.empty()) shown += ':';
        shown += digits[byte >> 4];
        shown += digits[byte & 15];
    }
    return shown;
}

std::string link_name(std::uint32_t key, unsigned index) { return cat("cor", key, "n", index); }

std::optional<std::uint32_t> key_of_link(std::string_view name) {
    if (!name.starts_with("cor")) return std::nullopt;
    const auto middle = name.find('n', 3);
    if (middle == std::string_view::npos || !to_number(name.substr(middle + 1)))
        return std::nullopt;
    const auto key = to_number(name.substr(3, middle - 3));
    if (!key || *key == 0 || *key > largest_key || name[3] == '0') return std::nullopt;
    return static_cast<std::uint32_t>(*key);
}

std::uint32_t route_table(std::uint32_t key) { return 0x57500000U | key; }
std::uint32_t subnet_metric(std::uint32_t key) { return 0x57500000U | key; }

Mac inner_mac(const Ip& first) {
    if (first.four())
        return {0x02, 0x57, first.bytes[0], first.bytes[1], first.bytes[2], first.bytes[3]};
    std::uint32_t hash = 2166136261U;  // FNV-1a: any spread over all bytes will do
    for (const auto byte : first.bytes) hash = (hash ^ byte) * 16777619U;
    return {0x06,
            0x57,
            static_cast<std::uint8_t>(hash >> 24),
            static_cast<std::uint8_t>(hash >> 16),
            static_cast<std::uint8_t>(hash >> 8),
            static_cast<std::uint8_t>(hash)};
}

Mac port_mac(const Mac& inner) {
    Mac mac = inner;
    mac[0] = 0xfe;
    return mac;
}

Ip inner_gateway() { return {AF_INET, {169, 254, 1, 1}}; }

Ip outer_link_local() {
    Ip ip{AF_INET6, {0xfe, 0x80}};
    ip.bytes[15] = 1;
    return ip;
}

Ip link_local_of(const Mac& mac) {
    return {AF_INET6,
            {0xfe, 0x80, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(mac[0] ^ 2), mac[1], mac[2],
             0xff, 0xfe, mac[3], mac[4], mac[5]}};
}

}  // namespace network
