// The network of a WPAR. AIX makes each address an alias on a global interface; here the WPAR has a network namespace
// of its own, and its address reaches it in one of four ways.
//
// routed (default): a veth pair `cor<KEY>n<INDEX>` to the interface inside, which bears the global interface's name.
//   The global environment has a host route to the veth and answers for the address on `interface=` (proxy ARP and
//   NDP), so LAN, global environment and other WPARs reach it without a bridge or a second MAC on the wire. Inside,
//   every neighbour is the global environment's end of the veth, which forwards.
// macvlan, ipvlan: a child of `interface=` moved inside; LAN only, the kernel does not let it reach its parent's host.
// bridge: a veth pair whose outer end is a port of the bridge `interface=`.
//
// What is made can be found by the WPAR's key alone, and the record in Site::state is written before it is made: so
// tear_down ends with nothing left, whenever the command before it was killed.
//
// The guard is the nftables table `inet corral` (guard.h): packets from a WPAR with a source that is not its own are
// dropped. Forwarding that only WPARs need is switched on when the first comes and back when the last goes; while it is
// on because of them, traffic that is not theirs is not forwarded. Tables of others are never touched.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "network/address.h"

namespace network {

enum class Mode : std::uint8_t { routed, macvlan, ipvlan, bridge };
Result<Mode> parse_mode(std::string_view text);  // "" is routed
std::string_view show(Mode mode);

struct Interface {
    std::string global = {};  // the global interface; the bridge in bridge mode
    std::string inside = {};  // its name inside; empty: as outside
    Mode mode = Mode::routed;
    std::vector<Address> addresses = {};
    const std::string& name_inside() const { return inside.empty() ? global : inside; }
    bool operator==(const Interface&) const = default;
};

/// One explicit route (-I).
struct Route {
    Ip destination = {};
    unsigned prefix = 0;  // 0: the default route of the destination's family
    Ip gateway = {};
    std::string interface = {};  // name inside; empty: the one on whose subnet the gateway is
    bool operator==(const Route&) const = default;
};

/// One entry of `interfaces` per global interface; two with the same name inside are refused.
struct Wish {
    std::uint32_t key = 0;  // 1..8191
    std::string name = {};
    bool own_routing = false;  // -i; routes imply it
    std::vector<Interface> interfaces = {};
    std::vector<Route> routes = {};
    bool isolated() const { return own_routing || !routes.empty(); }
    bool operator==(const Wish&) const = default;
};

/// Where the module keeps its records and its lock; gone after a reboot, as is all they speak of.
struct Site {
    std::string state = "/run/wpars/.network";
};

/// Against the machine, before anything is made: the interfaces exist (else the text lists those that do) and suit
/// the mode, gateways are on a subnet, no address is the global environment's or another active WPAR's.
Result<void> check(const Site& site, const Wish& wish);

/// Before a start: the interfaces are there and up, without which there is no route to a WPAR.
Result<void> check_up(const Wish& wish);

/// Asks the LAN whether somebody has an address already. `send` returns at once; `finish` waits until the patience
/// since then is over, so that other work can go on in between. Needed by mkwpar and chwpar -N only.
class DuplicateProbe {
  public:
    /// Addresses that the WPAR of this key has now are not asked for.
    static Result<DuplicateProbe> send(const Site& site, const Wish& wish);
    /// Kind::exists names the address and who answered (its MAC).
    Result<void> finish(std::chrono::milliseconds patience = std::chrono::milliseconds(100));

  private:
    struct Listener {
        UniqueFd socket;
        std::string interface;
        std::vector<Ip> asked;
    };
    static Result<void> hear(const Listener& listener);
    std::vector<Listener> listeners_;
    std::chrono::steady_clock::time_point sent_ = {};
};

/// Makes everything, in the new namespace (loopback too) and in the global environment. Repeating it is fine. After
/// an error the caller runs tear_down.
Result<void> set_up(const Site& site, const Wish& wish, int netns_fd);

/// Changes a running WPAR's network to what is wished now (chwpar -N -I -i -K); addresses that stay are not interrupted.
Result<void> update(const Site& site, const Wish& now, int netns_fd);

/// Removes whatever was made for the key; nothing there is fine.
Result<void> tear_down(const Site& site, std::uint32_t key);

/// While a WPAR is Paused no packet reaches its sockets nor leaves it, loopback's neither: what TCP acknowledged then would
/// be in no image. Also for a namespace in which nothing runs yet. Again is fine. A table of its own in that namespace.
Result<void> still(int netns_fd);
Result<void> unstill(int netns_fd);
Result<bool> is_still(int netns_fd);
/// Before the processes of one that stands still are killed: the ends of their connections are never told to anybody. What
/// is left of it is for tear_down().
Result<void> abandon(int netns_fd);

/// What stands in the way of WPARs' traffic. Slow (lists foreign firewall rules); changes nothing.
struct Obstacle {
    enum class Where : std::uint8_t { firewall, guard, forwarding };
    Where where = Where::firewall;
    std::string text = {};
    std::string remedy = {};
};
std::vector<Obstacle> diagnose(const Site& site);

/// For all active WPARs: makes again what somebody else removed, like the guard table ("nft flush ruleset") or what
/// goes away with an interface that was down for a while. Harmless when nothing is missing.
Result<void> repair(const Site& site);
/// Repairs if the guard table is gone while WPARs have a network; costs next to nothing when it stands.
Result<void> keep_guard(const Site& site);

}  // namespace network
