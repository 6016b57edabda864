// From what was made before to what is wished now: the same way for a start, a repeated start and a live change.
#include <algorithm>

#include "network/builder.h"
#include "network/namespace.h"
#include "network/network.h"
#include "network/shared.h"
#include "network/wire.h"
#include "os/dir.h"

namespace network {
namespace {

struct Change {
    std::uint32_t key = 0;
    int netns_fd = -1;
    std::vector<Record> before = {};
    Record now = {};
    Plan wished = {};
    std::vector<Plan> former = {};

    /// What former plans have and the wished one has not.
    std::vector<Plan> stale() const {
        std::vector<Plan> list;
        for (const auto& one : former) list.push_back(without(one, wished));
        return list;
    }
    bool settled() const { return before.size() == 1 && before.front() == now; }
};

bool has_family(const Plan& plan, int family) {
    return std::any_of(plan.hosts.begin(), plan.hosts.end(),
                       [&](const auto& host) { return host.ip.family == family; });
}

Change change_to(std::uint32_t key, const Wish& wish, std::vector<Record> before, int netns_fd) {
    Change change;
    change.key = key;
    change.netns_fd = netns_fd;
    change.before = std::move(before);
    change.now = place(wish, change.before);
    change.wished = plan(key, change.now);
    for (const auto& record : change.before) change.former.push_back(plan(key, record));
    return change;
}

// What WPARs share; the ledger is locked.
Result<void> prepare_shared(const Ledger& ledger, const Change& change, Guard& guard) {
    for (const auto& address : change.wished.addresses)
        TRY(ledger.claim(address.address.ip, change.key));
    if (!change.settled()) {
        auto records = change.before;
        records.push_back(change.now);
        TRY(ledger.write(change.key, records));
    }
    return prepare_ground(ledger, change.wished, guard);
}

// The same address in another subnet must go before it comes again; others stay until the new ones are there.
void split_addresses(const Change& change, std::vector<PlannedAddress>& first,
                     std::vector<PlannedAddress>& last) {
    for (const auto& stale : change.stale())
        for (const auto& old : stale.addresses) {
            const auto& wished = change.wished.addresses;
            const bool again = std::any_of(wished.begin(), wished.end(), [&](const auto& planned) {
                return planned.address.ip == old.address.ip;
            });
            (again ? first : last).push_back(old);
        }
}

Result<void> make_links(const Change& change, Outer& outer, Inner& inner) {
    const auto& links = change.wished.links;
    LinkWish wish;
    wish.alias = cat("corral:", change.now.name);
    wish.netns_fd = change.netns_fd;
    wish.six = has_family(change.wished, AF_INET6);
    wish.several = std::count_if(links.begin(), links.end(),
                                 [](const auto& link) { return link.mode == Mode::routed; }) > 1;
    for (const auto& link : links)
        TRY(outer.make_link(link, wish, inner).within("interface ", link.inside));
    return {};
}

Result<void> guard_inside(const Change& change) {
    std::string script;
    for (const auto& link : change.wished.links) {
        if (link.mode != Mode::macvlan && link.mode != Mode::ipvlan) continue;
        InnerGuard guard{link.index, link.inside, {}};
        for (const auto& planned : change.wished.addresses)
            if (planned.inside == link.inside) guard.addresses.push_back(planned.address.ip);
        script += inner_rules(guard);
    }
    if (script.empty()) return {};
    return inside(change.netns_fd, [&] { return run_nft(script); });
}

std::vector<Ip> addresses_of(const Change& change, const PlannedLink& link) {
    std::vector<Ip> list;
    for (const auto& planned : change.wished.addresses)
        if (planned.inside == link.inside) list.push_back(planned.address.ip);
    return list;
}

// Neighbours that knew the addresses elsewhere learn at once; they would by themselves after a while.
void announce_all(const Change& change, Outer& outer, Inner& inner) {
    std::vector<Announcement> from_here;
    std::vector<Announcement> from_inside;
    for (const auto& link : change.wished.links) {
        const bool routed = link.mode == Mode::routed;
        const auto speaker =
            routed ? find_link(outer.socket(), link.global) : inner.link(link.inside);
        if (!speaker) continue;
        auto& list = routed ? from_here : from_inside;
        list.push_back({speaker->index, speaker->mac, addresses_of(change, link)});
    }
    announce_aside(from_here);
    if (from_inside.empty()) return;
    (void)inside(change.netns_fd, [&]() -> Result<void> {
        announce_aside(from_inside);
        return {};
    });
}

Result<void> remove_stale(const Change& change, Outer& outer, Inner& inner, Guard& guard) {
    for (const auto& stale : change.stale()) {
        TRY(inner.remove(stale));
        TRY(outer.remove(stale));
        TRY(guard.dismiss(stale.sources));
    }
    return {};
}

Result<void> put_in_place(const Change& change, Outer& outer, Inner& inner, Guard& guard) {
    std::vector<PlannedAddress> first;
    std::vector<PlannedAddress> last;
    split_addresses(change, first, last);
    TRY(inner.remove_addresses(first));
    TRY(remove_stale(change, outer, inner, guard));
    TRY(guard.admit(change.wished.sources));
    TRY(make_links(change, outer, inner));
    TRY(inner.add_addresses(change.wished));
    TRY(inner.remove_addresses(last));
    TRY(guard_inside(change));
    TRY(outer.add(change.wished));
    for (const auto& host : change.wished.hosts) {
        const auto end = TRY(inner.link(host.inside));
        TRY(outer.know(host, end.mac));
    }
    const auto routes = TRY(outer.resolve(change.wished.inner_routes));
    TRY(inner.add_routes(routes));
    for (const auto& link : change.wished.links) {
        if (link.mode == Mode::macvlan || link.mode == Mode::ipvlan) continue;
        TRY(await_link(outer.socket(), link.name));
        TRY(inner.await(link.inside));
    }
    announce_all(change, outer, inner);
    return {};
}

void release_stale(const Ledger& ledger, const Change& change) {
    for (const auto& stale : change.stale())
        for (const auto& old : stale.addresses) {
            const auto& wished = change.wished.addresses;
            const bool kept = std::any_of(wished.begin(), wished.end(), [&](const auto& planned) {
                return planned.address.ip == old.address.ip;
            });
            if (!kept) ledger.release(old.address.ip, change.key);
        }
}

Result<void> reconcile(Ledger& ledger, const Change& change, Inner& inner) {
    auto guard = TRY(Guard::open());
    TRY(ledger.lock());
    TRY(prepare_shared(ledger, change, guard));
    ledger.unlock();
    auto outer = TRY(Outer::open(change.key));
    TRY(put_in_place(change, outer, inner, guard));
    if (change.before.empty() || change.settled()) return {};
    release_stale(ledger, change);
    return ledger.write(change.key, {change.now});
}

}  // namespace

Result<void> set_up(const Site& site, const Wish& wish, int netns_fd) {
    auto inner = TRY(Inner::open(netns_fd));
    TRY(inner.raise_loopback());
    if (wish.interfaces.empty() && !os::exists(site.state)) return {};
    auto ledger = TRY(Ledger::open(site));
    auto before = TRY(ledger.read(wish.key));
    if (wish.interfaces.empty() && before.empty()) return {};
    TRY(set_defaults(netns_fd));
    return reconcile(ledger, change_to(wish.key, wish, std::move(before), netns_fd), inner)
        .within("network");
}

Result<void> update(const Site& site, const Wish& now, int netns_fd) {
    TRY(set_up(site, now, netns_fd));
    if (now.interfaces.empty()) return tear_down(site, now.key);
    return {};
}

}  // namespace network
