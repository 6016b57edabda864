#include "network/record.h"

#include <algorithm>

namespace network {
namespace {

Error damaged(std::string_view line) {
    return {Kind::invalid, cat("the network record is damaged at '", printable(line), "'")};
}

// 192.168.21.136/16
Result<Address> parse_address(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return damaged(text);
    Address address;
    address.ip = TRY(parse_ip(text.substr(0, slash)));
    address.prefix = TRY(parse_netmask(text.substr(slash + 1), address.ip.family));
    return address;
}

Result<void> read_interface(const std::vector<std::string>& word, Record& record) {
    const auto index = word.size() == 5 ? to_number(word[1]) : std::nullopt;
    if (!index || *index > 9999) return damaged(join(word, " "));
    Placed placed;
    placed.index = static_cast<unsigned>(*index);
    placed.interface.mode = TRY(parse_mode(word[2]));
    placed.interface.global = word[3];
    placed.interface.inside = word[4];
    record.interfaces.push_back(placed);
    return {};
}

Result<void> read_route(const std::vector<std::string>& word, Record& record) {
    if (word.size() < 3) return damaged(join(word, " "));
    const auto destination = TRY(parse_address(word[1]));
    const auto gateway = TRY(parse_ip(word[2]));
    record.routes.push_back(
        {destination.ip, destination.prefix, gateway, word.size() > 3 ? word[3] : ""});
    return {};
}

Result<void> read_line(const std::vector<std::string>& word, Record& record) {
    if (word[0] == "name" && word.size() == 2) {
        record.name = word[1];
    } else if (word[0] == "isolated") {
        record.isolated = true;
    } else if (word[0] == "interface") {
        return read_interface(word, record);
    } else if (word[0] == "address" && word.size() >= 2 && !record.interfaces.empty()) {
        auto address = TRY(parse_address(word[1]));
        if (word.size() > 2) address.broadcast = TRY(parse_ip(word[2]));
        record.interfaces.back().interface.addresses.push_back(address);
    } else if (word[0] == "route") {
        return read_route(word, record);
    } else {
        return damaged(join(word, " "));
    }
    return {};
}

bool same_place(const Interface& one, const Interface& other) {
    return one.global == other.global && one.mode == other.mode &&
           one.name_inside() == other.name_inside();
}

std::optional<unsigned> index_before(const Interface& interface,
                                     const std::vector<Record>& before) {
    for (const auto& record : before)
        for (const auto& placed : record.interfaces)
            if (same_place(placed.interface, interface)) return placed.index;
    return std::nullopt;
}

bool taken(unsigned index, const std::vector<Record>& records) {
    return std::any_of(records.begin(), records.end(), [&](const Record& record) {
        return std::any_of(record.interfaces.begin(), record.interfaces.end(),
                           [&](const Placed& placed) { return placed.index == index; });
    });
}

}  // namespace

std::string show(const Record& record) {
    std::string text = cat("name ", record.name, "\n");
    if (record.isolated) text += "isolated\n";
    for (const auto& [index, interface] : record.interfaces) {
        text += cat("interface ", index, " ", show(interface.mode), " ", interface.global, " ",
                    interface.name_inside(), "\n");
        for (const auto& address : interface.addresses)
            text += cat("address ", address.text(), address.broadcast ? " " : "",
                        address.broadcast ? address.broadcast->text() : "", "\n");
    }
    for (const auto& route : record.routes)
        text += cat("route ", route.destination.text(), "/", route.prefix, " ",
                    route.gateway.text(), " ", route.interface, "\n");
    return text;
}

Result<std::vector<Record>> parse_records(std::string_view text) {
    std::vector<Record> records(1);
    for (const auto& line : split(text, '\n')) {
        const auto word = words(line);
        if (word.empty()) continue;
        if (word[0] == "--")
            records.emplace_back();
        else
            TRY(read_line(word, records.back()));
    }
    for (const auto& record : records)
        if (record.name.empty()) return damaged("its end");
    return records;
}

Record place(const Wish& wish, const std::vector<Record>& before) {
    Record record{wish.name, wish.isolated(), {}, wish.routes};
    auto known = before;
    for (auto interface : wish.interfaces) {
        auto index = index_before(interface, before);
        for (unsigned free = 0; !index; ++free)
            if (!taken(free, known)) index = free;
        interface.inside = interface.name_inside();
        record.interfaces.push_back({*index, interface});
        known.push_back(record);
    }
    return record;
}

}  // namespace network
