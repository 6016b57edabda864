#include "network/shared.h"

#include <algorithm>

#include "network/builder.h"
#include "network/network.h"
#include "network/switches.h"
#include "os/dir.h"

namespace network {
namespace {

Result<void> switch_on(Switches& switches, const Plan& wished, Guard& guard, bool new_table) {
    for (const auto& host : wished.hosts) {
        if (host.ip.four())
            TRY(switches.forward_four(host.global));
        else
            TRY(switches.forward_six(host.global));
    }
    if (switches.changed() || switches.overtaken() || new_table)
        TRY(guard.close(switches.opened()));
    return {};
}

// Tables that were not there, or that somebody flushed, get the addresses of everybody.
Result<void> readmit(const Ledger& ledger, Guard& guard, bool bridge) {
    for (const auto key : TRY(ledger.keys()))
        for (const auto& record : TRY(ledger.read(key))) {
            auto sources = plan(key, record).sources;
            std::erase_if(sources, [&](const Source& source) { return source.port != bridge; });
            TRY(guard.admit(sources));
        }
    return {};
}

}  // namespace

bool has_mode(const Plan& plan, Mode mode) {
    return std::any_of(plan.links.begin(), plan.links.end(),
                       [&](const auto& link) { return link.mode == mode; });
}

Result<void> prepare_ground(const Ledger& ledger, const Plan& wished, Guard& guard) {
    auto switches = TRY(Switches::open(ledger.path("switches")));
    if (switches.first()) {
        TRY(guard
                .remove());  // saved by "nft list ruleset" and loaded at boot, with addresses of then
        TRY(switches.begin());
    }
    if (has_mode(wished, Mode::bridge) && TRY(guard.ensure(true)))
        TRY(readmit(ledger, guard, true));
    if (!has_mode(wished, Mode::routed)) return {};
    const bool fresh = TRY(guard.ensure(false));
    if (fresh) TRY(readmit(ledger, guard, false));
    return switch_on(switches, wished, guard, fresh);
}

// An interface that goes down, or loses its last address, takes routes and proxies with it.
Result<void> repair(const Site& site) {
    if (!os::exists(site.state)) return {};
    auto ledger = TRY(Ledger::open(site));
    TRY(ledger.lock());
    auto guard = TRY(Guard::open());
    for (const auto key : TRY(ledger.keys())) {
        const auto records = TRY(ledger.read(key));
        if (records.empty()) continue;
        const auto wished = plan(key, records.back());
        TRY(prepare_ground(ledger, wished, guard));
        auto outer = TRY(Outer::open(key));
        TRY(outer.add(wished).within(ledger.name_of(key)));
    }
    return {};
}

Result<void> keep_guard(const Site& site) {
    if (!os::exists(site.state)) return {};
    {
        auto ledger = TRY(Ledger::open(site));
        if (TRY(ledger.keys()).empty()) return {};
        auto guard = TRY(Guard::open());
        if (TRY(guard.present(false)) || TRY(guard.present(true))) return {};
    }
    return repair(site);
}

}  // namespace network
