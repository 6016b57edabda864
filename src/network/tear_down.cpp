#include <linux/rtnetlink.h>

#include "network/builder.h"
#include "network/network.h"
#include "os/dir.h"

namespace network {
namespace {

// Carries on past an error and remembers the first.
class Sweep {
  public:
    void note(Result<void> done) {
        if (!done && first_) first_ = std::move(done);
    }
    bool clean() const { return static_cast<bool>(first_); }
    Result<void> result() && { return std::move(first_); }

  private:
    Result<void> first_;
};

bool is_ours(std::uint32_t key, const RouteCall& route, int link) {
    return route.metric == subnet_metric(key) ||
           (route.link == link && route.prefix == route.destination.bits());
}

Result<void> remove_traces(netlink::Socket& socket, std::uint32_t key, int link) {
    const auto links = TRY(list_links(socket));
    Sweep sweep;
    for (const int family : {AF_INET, AF_INET6}) {
        for (const auto& rule : TRY(list_rules(socket, family)))
            if (key_of_link(rule.from_link) == key) sweep.note(remove_rule(socket, rule));
        for (const auto& route : TRY(list_routes(socket, family, route_table(key))))
            sweep.note(remove_route(socket, route));
        for (const auto& route : TRY(list_routes(socket, family, RT_TABLE_MAIN))) {
            if (!is_ours(key, route, link)) continue;
            sweep.note(remove_route(socket, route));
            for (const auto& other : links)
                sweep.note(remove_proxy(socket, route.destination, other.index));
        }
    }
    return std::move(sweep).result();
}

// Without a record: what bears the key in its name, and all that hangs on it.
Result<void> remove_unrecorded(std::uint32_t key) {
    auto socket = TRY(netlink::Socket::open(NETLINK_ROUTE));
    Sweep sweep;
    for (unsigned index = 0;; ++index) {
        const auto link = find_link(socket, link_name(key, index));
        if (!link) break;
        sweep.note(remove_traces(socket, key, link->index));
        sweep.note(remove_link(socket, link->name));
    }
    return std::move(sweep).result();
}

Result<void> remove_recorded(std::uint32_t key, const std::vector<Record>& records) {
    auto outer = TRY(Outer::open(key));
    auto guard = TRY(Guard::open());
    Sweep sweep;
    for (const auto& record : records) {
        const auto made = plan(key, record);
        sweep.note(outer.remove(made));
        sweep.note(guard.dismiss(made.sources));
    }
    return std::move(sweep).result();
}

// The last WPAR's end: the global environment is as it was before the first.
Result<void> leave(const Ledger& ledger) {
    auto guard = TRY(Guard::open());
    Sweep sweep;
    auto switches = TRY(Switches::open(ledger.path("switches")));
    sweep.note(switches.restore());
    sweep.note(guard.remove());
    return std::move(sweep).result();
}

}  // namespace

Result<void> tear_down(const Site& site, std::uint32_t key) {
    if (!os::exists(site.state)) return {};
    auto ledger = TRY(Ledger::open(site));
    const auto records = ledger.read(key);
    if (records && records->empty()) return remove_unrecorded(key);
    Sweep sweep;
    if (!records) sweep.note(remove_unrecorded(key));  // damaged: what can be known without it
    if (records) sweep.note(remove_recorded(key, *records));
    if (!sweep.clean()) return std::move(sweep).result().within("network");
    TRY(ledger.lock());
    if (records)
        for (const auto& record : *records)
            for (const auto& placed : record.interfaces)
                for (const auto& address : placed.interface.addresses)
                    ledger.release(address.ip, key);
    auto others = TRY(ledger.keys());
    std::erase(others, key);
    // the record goes last: killed before, the next command finds it and comes here again
    if (others.empty()) TRY(leave(ledger).within("network"));
    return ledger.erase(key);
}

}  // namespace network
