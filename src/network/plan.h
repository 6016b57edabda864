// Everything that a record asks for, item by item: what to add, and, compared with another plan, what to take away.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "network/guard.h"
#include "network/names.h"
#include "network/record.h"

namespace network {

struct PlannedLink {
    std::string name = {};  // the outer end
    std::string global = {};
    std::string inside = {};
    Mode mode = Mode::routed;
    unsigned index = 0;
    Ip first = {};  // gives the MAC
    bool operator==(
        const PlannedLink& other) const {  // an interface keeps its MAC when addresses change
        return name == other.name && global == other.global && inside == other.inside &&
               mode == other.mode;
    }
};
struct PlannedAddress {
    std::string inside = {};
    Address address = {};
    bool routed = false;
    bool operator==(const PlannedAddress&) const = default;
};
/// In the global environment: the way to the address, and answering for it.
struct PlannedHost {
    Ip ip = {};
    std::string link = {};
    std::string inside = {};
    std::string global = {};
    bool operator==(const PlannedHost&) const = default;
};
/// A subnet that the global interface itself may not be on.
struct PlannedSubnet {
    Ip subnet = {};
    unsigned prefix = 0;
    std::string global = {};
    bool operator==(const PlannedSubnet&) const = default;
};
struct PlannedRule {
    std::string link = {};
    int family = AF_INET;
    std::optional<Address> to = {};  // then: by the main table
    bool operator==(const PlannedRule&) const = default;
};
/// A route of the WPAR's own table in the global environment; no gateway: everything else is unreachable.
struct PlannedTableRoute {
    Ip destination = {};
    unsigned prefix = 0;
    std::optional<Ip> gateway = {};
    std::string global = {};
    bool operator==(const PlannedTableRoute&) const = default;
};
struct PlannedInnerRoute {
    std::string inside = {};
    std::string global = {};
    Ip destination = {};
    unsigned prefix = 0;
    std::optional<Ip> gateway = {};  // none: as the global environment's own default route
    bool known = false;              // the gateway is the outer end of the veth
    bool operator==(const PlannedInnerRoute&) const = default;
};

struct Plan {
    std::vector<PlannedLink> links = {};
    std::vector<PlannedAddress> addresses = {};
    std::vector<PlannedInnerRoute> inner_routes = {};
    std::vector<PlannedHost> hosts = {};
    std::vector<PlannedSubnet> subnets = {};
    std::vector<PlannedRule> rules = {};
    std::vector<PlannedTableRoute> table_routes = {};
    std::vector<Source> sources = {};
};

Plan plan(std::uint32_t key, const Record& record);
/// What `one` has and `other` has not.
Plan without(const Plan& one, const Plan& other);
/// The interface (of the record) a route leaves by: the named one, or the one on whose subnet the gateway is.
const Placed* way_of(const Record& record, const Route& route);

}  // namespace network
