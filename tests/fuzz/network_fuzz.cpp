// What others write and network/ reads: frames from the LAN, devmap, records, rulesets of firewalls.
#include <string_view>

#include "network/diagnose.h"
#include "network/interfaces.h"
#include "network/packet.h"
#include "network/record.h"
#include "network/switches.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)network::holder_in({data, size});
    (void)network::parse_devmap(text);
    (void)network::parse_switched(text);
    (void)network::foreign_drops(text);
    (void)network::parse_netmask(text, AF_INET);
    if (const auto ip = network::parse_ip(text); ip && *network::parse_ip(ip->text()) != *ip)
        __builtin_trap();
    const auto records = network::parse_records(text);
    if (!records) return 0;
    for (const auto& record : *records) {
        const auto again = network::parse_records(network::show(record));
        if (!again || again->size() != 1) __builtin_trap();
    }
    return 0;
}
