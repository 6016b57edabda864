#include "network/traces.h"

#include <algorithm>

#include "network/guard.h"
#include "network/link.h"
#include "network/names.h"
#include "network/record.h"
#include "os/dir.h"
#include "os/process.h"

namespace network {
namespace {

Result<void> add_links(std::vector<Trace>& found) {
    auto socket = TRY(netlink::Socket::open(NETLINK_ROUTE));
    for (const auto& link : TRY(list_links(socket)))
        if (const auto key = key_of_link(link.name))
            found.push_back({Trace::Sort::link, *key, cat("interface ", link.name), {}});
    return {};
}

Result<void> add_records(const Site& site, std::vector<Trace>& found) {
    if (!os::exists(cat(site.state, "/wpar"))) return {};
    const auto ledger = TRY(Ledger::open(site));
    for (const auto key : TRY(ledger.keys())) {
        const auto records = ledger.read(key);
        found.push_back({Trace::Sort::record, key, ledger.path(cat("wpar/", key)),
                         records && !records->empty() ? records->back().name : std::string()});
    }
    return {};
}

void add_elements(std::vector<Trace>& found) {
    const auto table = os::run_ok(
        {.arguments = {"nft", "list", "table", "inet", "corral"}, .output_limit = 64 << 20});
    if (!table) return;  // there is none
    for (const auto& link : guarded_links(*table))
        if (const auto key = key_of_link(link))
            found.push_back({Trace::Sort::element, *key, cat("guard's element for ", link), {}});
}

}  // namespace

std::vector<std::string> guarded_links(std::string_view table) {
    std::vector<std::string> links;
    for (auto from = table.find('"'); from != std::string_view::npos;) {
        const auto to = table.find('"', from + 1);
        if (to == std::string_view::npos) break;
        auto name = std::string(table.substr(from + 1, to - from - 1));
        if (key_of_link(name)) links.push_back(std::move(name));
        from = table.find('"', to + 1);
    }
    std::sort(links.begin(), links.end());
    links.erase(std::unique(links.begin(), links.end()), links.end());
    return links;
}

Result<std::vector<Trace>> traces(const Site& site) {
    std::vector<Trace> found;
    TRY(add_links(found));
    TRY(add_records(site, found));
    add_elements(found);
    return found;
}

Result<bool> is_guard_idle(const Site& site) {
    if (os::exists(cat(site.state, "/wpar"))) {
        const auto ledger = TRY(Ledger::open(site));
        if (!TRY(ledger.keys()).empty()) return false;
        if (os::exists(ledger.path("switches"))) return true;
    }
    auto guard = TRY(Guard::open());
    for (const bool bridge : {false, true})
        if (TRY(guard.present(bridge))) return true;
    return false;
}

}  // namespace network
