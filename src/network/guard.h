// The guard: nftables tables of our own that drop packets from a WPAR whose source is not its own. Rules never change
// while a table is there; a WPAR is a few set elements, so the cost of a packet is the same with one WPAR and with
// a thousand. The tables are made by nft once; elements go to the kernel directly (0.1 ms instead of nft's 5).
#pragma once
#include <string>
#include <vector>

#include "network/names.h"
#include "network/netlink.h"
#include "network/switches.h"

namespace network {

/// A source address (inet or bridge table) or a MAC (bridge table) that a link may send from.
struct Source {
    std::string link = {};
    Ip ip = {};
    bool port = false;  // a bridge's port
    Mac mac = {};       // of the port
    bool operator==(const Source&) const = default;
};

std::string guard_rules();   // table inet corral
std::string bridge_rules();  // table bridge corral
/// For macvlan and ipvlan, which pass no table of the global environment: a table in the WPAR's namespace.
struct InnerGuard {
    unsigned index = 0;
    std::string interface = {};
    std::vector<Ip> addresses = {};
};
std::string inner_rules(const InnerGuard& guard);

class Guard {
  public:
    static Result<Guard> open();
    /// True if the table had to be made (it is empty then).
    Result<bool> ensure(bool bridge);
    Result<void> admit(const std::vector<Source>& sources);
    Result<void> dismiss(const std::vector<Source>& sources);
    /// Forwarding that is open because of us serves WPARs only.
    Result<void> close(const Opened& opened);
    Result<bool> present(bool bridge);
    /// Both tables.
    Result<void> remove();

  private:
    explicit Guard(netlink::Socket socket) : socket_(std::move(socket)) {}
    netlink::Socket socket_;
};

/// Runs nft with a script; Kind::missing names the package.
Result<void> run_nft(const std::string& script);

}  // namespace network
