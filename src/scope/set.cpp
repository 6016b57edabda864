#include "scope/set.h"

#include <charconv>
#include <cstring>
#include <string_view>

namespace scope {
namespace {

std::uint64_t number(std::string_view text) {
    if (text == "infinity") return UINT64_MAX;
    std::uint64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size())
        throw Failure{"'" + std::string(text) + "' is no number"};
    return value;
}

void append(sd_bus_message* to, std::string_view setting) {
    const auto sign = setting.find('=');
    if (sign == std::string_view::npos)
        throw Failure{"'" + std::string(setting) + "' is not NAME=NUMBER"};
    const std::string name(setting.substr(0, sign));
    check(sd_bus_message_append(to, "(sv)", name.c_str(), "t", number(setting.substr(sign + 1))),
          name.c_str());
}

}  // namespace

void set(sd_bus* bus, const char* unit, std::span<char* const> settings) {
    constexpr int until_it_ends = 1;
    const auto message = request(bus, "SetUnitProperties");
    check(sd_bus_message_append(message.get(), "sb", unit, until_it_ends), unit);
    check(sd_bus_message_open_container(message.get(), 'a', "(sv)"), "properties");
    for (const char* setting : settings) append(message.get(), setting);
    check(sd_bus_message_close_container(message.get()), "properties");
    (void)call(bus, message.get());
}

}  // namespace scope
