// Plans put into effect: in the global environment (Outer) and in the WPAR's namespace (Inner).
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "network/link.h"
#include "network/netlink.h"
#include "network/plan.h"
#include "network/route.h"

namespace network {

/// A global interface as set-up needs it.
struct Ground {
    FoundLink link = {};
    std::vector<Address> addresses = {};
    /// The address the global environment speaks from: on the same subnet, else the first.
    std::optional<Ip> source_for(const Ip& ip) const;
    bool on_link(const Ip& subnet, unsigned prefix) const;
};

/// What interfaces that are made later in the namespace inherit.
Result<void> set_defaults(int netns_fd);

class Inner {
  public:
    static Result<Inner> open(int netns_fd);
    Result<void> raise_loopback();
    Result<bool> has(const std::string& interface);
    /// Shaped and up; again is fine.
    Result<void> raise(const PlannedLink& link);
    Result<void> add_addresses(const Plan& plan);
    Result<void> add_routes(const std::vector<PlannedInnerRoute>& routes);
    Result<void> remove(const Plan& stale);  // all but addresses
    Result<void> remove_addresses(const std::vector<PlannedAddress>& stale);
    Result<FoundLink> link(const std::string& interface) { return find_link(socket_, interface); }
    Result<void> await(const std::string& interface) { return await_link(socket_, interface); }

  private:
    explicit Inner(netlink::Socket socket) : socket_(std::move(socket)) {}
    Result<int> index(const std::string& interface);
    netlink::Socket socket_;
    std::map<std::string, int> indices_;
};

/// What all links of one WPAR have in common.
struct LinkWish {
    std::string alias = {};
    int netns_fd = -1;
    bool several = false;  // more than one routed link
    bool six = false;      // IPv6 addresses
};

class Outer {
  public:
    static Result<Outer> open(std::uint32_t key);
    Result<void> make_link(const PlannedLink& link, const LinkWish& wish, Inner& inner);
    /// After the links: routes, proxies, rules.
    Result<void> add(const Plan& plan);
    /// The MAC of the inner end, so that nothing is lost while it cannot yet be asked.
    Result<void> know(const PlannedHost& host, const Mac& mac);
    /// The reverse; carries on past errors and returns the first.
    Result<void> remove(const Plan& stale);
    Result<Ground> ground(const std::string& global);
    /// Routes that stand for the global environment's default route get its gateway, if that is on the same wire.
    Result<std::vector<PlannedInnerRoute>> resolve(std::vector<PlannedInnerRoute> routes);
    netlink::Socket& socket() { return socket_; }

  private:
    Outer(std::uint32_t key, netlink::Socket socket) : key_(key), socket_(std::move(socket)) {}
    Result<void> make(const PlannedLink& link, const Ground& ground, int netns_fd);
    Result<void> raise(const PlannedLink& link, const LinkWish& wish, const Ground& under);
    Result<void> add_host(const PlannedHost& host);
    Result<void> add_subnet(const PlannedSubnet& subnet);
    Result<void> add_table_route(const PlannedTableRoute& route);
    RouteCall subnet_route(const PlannedSubnet& subnet) const;
    RouteCall table_route(const PlannedTableRoute& route) const;
    RuleCall rule(const PlannedRule& rule) const;
    Result<std::vector<RouteCall>> defaults();
    Result<int> index(const std::string& interface);
    std::uint32_t key_;
    netlink::Socket socket_;
    std::map<std::string, Ground> grounds_;
    std::map<std::string, int> indices_;
};

}  // namespace network
