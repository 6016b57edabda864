// Network interfaces: the requests that make, change, find and remove them.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "network/names.h"
#include "network/netlink.h"

namespace network {

struct FoundLink {
    std::string name = {};
    std::string kind = {};  // veth, bridge, macvlan, …; empty for hardware
    int index = 0;
    bool up = false;
    bool sends = false;  // not before the kernel has seen the carrier
    bool loopback = false;
    unsigned mtu = 1500;
    std::uint32_t group = 0;
    int master = 0;
    Mac mac = {};
};

/// Kind::missing when there is none of that name.
Result<FoundLink> find_link(netlink::Socket& socket, const std::string& name);
Result<std::vector<FoundLink>> list_links(netlink::Socket& socket);

struct VethCall {
    std::string outer = {};
    Mac outer_mac = {};
    std::string inner = {};
    Mac inner_mac = {};
    unsigned mtu = 1500;
    int inner_netns = -1;
};
Result<void> make_veth(netlink::Socket& socket, const VethCall& call);

struct ChildCall {
    std::string name = {};
    std::string kind = {};  // macvlan, ipvlan
    int parent = 0;
    Mac mac = {};  // ipvlan has its parent's
    int netns = -1;
};
/// A macvlan in bridge mode or an ipvlan in L2 mode, born in the namespace.
Result<void> make_child(netlink::Socket& socket, const ChildCall& call);

/// What an interface gets before it is up. Never an address that the kernel makes up by itself.
struct LinkTraits {
    std::string alias = {};
    int master = 0;
    std::vector<std::pair<int, std::uint32_t>> four = {};  // IPV4_DEVCONF_*, value
};
/// Outer end of a routed veth. `several`: answers may come by another link of the WPAR, so the reverse path filter
/// leaves the work to the guard (its loose form refuses all on a link without an address).
std::vector<std::pair<int, std::uint32_t>> outer_settings(bool several);
std::vector<std::pair<int, std::uint32_t>> inner_settings();
Result<void> shape_link(netlink::Socket& socket, int index, const LinkTraits& traits);
Result<void> rename_link(netlink::Socket& socket, int index, const std::string& name);
Result<void> raise_link(netlink::Socket& socket, int index);
/// Until it can send: the kernel notices the other end's carrier a moment later, and drops all it is given before.
Result<void> await_link(netlink::Socket& socket, const std::string& name);
/// What is not there is fine.
Result<void> remove_link(netlink::Socket& socket, const std::string& name);

}  // namespace network
