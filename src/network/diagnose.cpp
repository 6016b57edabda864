#include "network/diagnose.h"

#include "network/builder.h"
#include "network/network.h"
#include "network/switches.h"
#include "os/dir.h"
#include "os/process.h"

namespace network {
namespace {

using Where = Obstacle::Where;

std::string remedy(std::string_view family, std::string_view table, std::string_view chain) {
    return cat("nft insert rule ", family, " ", table, " ", chain, " iifgroup ", link_group,
               " accept; nft insert rule ", family, " ", table, " ", chain, " oifgroup ",
               link_group, " accept");
}

// "drop", "counter packets 0 bytes 0 reject with icmpx admin-prohibited": for every packet that comes so far.
bool refuses_all(std::vector<std::string> word) {
    if (word.size() > 5 && word[0] == "counter") word.erase(word.begin(), word.begin() + 5);
    return !word.empty() && (word[0] == "drop" || word[0] == "reject");
}

bool is_our_group(std::string_view word) {
    return word == std::to_string(link_group) || word == "0x77706172";
}

struct Chain {
    std::string name = {};
    bool forward = false;
    bool drops = false;
    bool drops_by_rule = false;
    unsigned let_through = 0;  // rules before that which accept our links, as the remedy makes them

    void read(const std::string& line, const std::vector<std::string>& word) {
        forward = forward || line.find("hook forward") != std::string::npos;
        const bool policy = line.find("policy drop") != std::string::npos;
        const bool ours = word.size() >= 3 && word.back() == "accept" && is_our_group(word[1]);
        if (ours && !drops_by_rule) let_through |= word[0] == "iifgroup" ? 1U : 2U;
        drops_by_rule = drops_by_rule || refuses_all(word);
        drops = drops || policy || drops_by_rule;
    }
    bool refuses() const { return forward && drops && let_through != 3; }
};

}  // namespace

std::vector<Obstacle> foreign_drops(std::string_view ruleset) {
    std::vector<Obstacle> found;
    std::vector<std::string> table;
    Chain chain;
    for (const auto& line : split(ruleset, '\n')) {
        const auto word = words(line);
        if (word.size() >= 3 && word[0] == "table") table = {word[1], word[2]};
        if (word.size() >= 2 && word[0] == "chain") chain = {.name = word[1]};
        if (table.size() != 2 || table[1] == "corral") continue;
        chain.read(line, word);
        if (word.empty() || word[0] != "}" || !chain.refuses()) continue;
        found.push_back({Where::firewall,
                         cat("the firewall's chain '", printable(chain.name), "' (table ", table[0],
                             " ", printable(table[1]),
                             ") drops forwarded packets, also those of workload partitions"),
                         remedy(table[0], table[1], chain.name)});
        chain = {};
    }
    return found;
}

namespace {

Obstacle unreadable(const Error& error) {
    if (error.kind == Kind::missing)
        return {Where::firewall, "the program nft is missing", "install package nftables"};
    return {Where::firewall, error.text, "run it as root, and see what it says: nft list ruleset"};
}

// iptables' old kernel side, which nft does not list.
void look_at_legacy(const std::string& program, std::vector<Obstacle>& found) {
    const auto names =
        os::read_file(cat("/proc/net/", program == "iptables" ? "ip" : "ip6", "_tables_names"));
    if (!names || names->find("filter") == std::string::npos) return;
    const auto legacy = cat(program, "-legacy");
    const auto policy = os::run_ok({.arguments = {legacy, "-S", "FORWARD"}});
    if (!policy || policy->find("-P FORWARD DROP") == std::string::npos) return;
    if (policy->find("--src-group 0x77706172 -j ACCEPT") != std::string::npos) return;
    const auto accept = [&](std::string_view direction) {
        return cat(legacy, " -I FORWARD -m devgroup --", direction, "-group ", link_group,
                   " -j ACCEPT");
    };
    found.push_back({Where::firewall,
                     cat("the firewall (", program,
                         ") drops forwarded packets, also those of workload partitions"),
                     cat(accept("src"), "; ", accept("dst"))});
}

void look_at_firewalls(std::vector<Obstacle>& found) {
    const auto ruleset =
        os::run_ok({.arguments = {"nft", "list", "ruleset"}, .output_limit = 64 << 20});
    if (!ruleset) {
        found.push_back(unreadable(ruleset.error()));
        return;
    }
    const auto drops = foreign_drops(*ruleset);
    found.insert(found.end(), drops.begin(), drops.end());
    for (const std::string program : {"iptables", "ip6tables"}) look_at_legacy(program, found);
}

void look_at_guard(const Ledger& ledger, std::vector<Obstacle>& found) {
    const auto keys = ledger.keys();
    if (!keys || keys->empty()) return;
    bool routed = false;
    for (const auto key : *keys)
        if (const auto records = ledger.read(key))
            for (const auto& record : *records) routed = routed || !plan(key, record).hosts.empty();
    auto guard = Guard::open();
    if (!guard) return;
    const auto present = guard->present(false);
    if (routed && present && !*present)
        found.push_back({Where::guard,
                         "the guard table 'inet corral' is gone (somebody flushed the nftables "
                         "ruleset), so workload partitions can take one another's addresses",
                         "start, stop or change any workload partition: that makes it again"});
}

void look_at_forwarding(const Ledger& ledger, std::vector<Obstacle>& found) {
    const auto switches = Switches::open(ledger.path("switches"));
    if (!switches) return;
    const auto opened = switches->opened();
    for (const auto& interface : opened.four) {
        const auto now = read_setting(cat("ipv4/conf/", interface, "/forwarding"));
        if (now && *now == "0")
            found.push_back({Where::forwarding,
                             cat("forwarding on ", interface,
                                 " was switched off, so the network does not reach workload "
                                 "partitions"),
                             cat("sysctl -w net.ipv4.conf.", interface, ".forwarding=1")});
    }
    const auto six = read_setting("ipv6/conf/all/forwarding");
    if (opened.six && six && *six == "0")
        found.push_back({Where::forwarding,
                         "IPv6 forwarding was switched off, so the network does not reach workload "
                         "partitions",
                         "sysctl -w net.ipv6.conf.all.forwarding=1"});
}

}  // namespace

std::vector<Obstacle> diagnose(const Site& site) {
    std::vector<Obstacle> found;
    look_at_firewalls(found);
    if (!os::exists(site.state)) return found;
    const auto ledger = Ledger::open(site);
    if (!ledger) return found;  // an ordinary user
    look_at_guard(*ledger, found);
    look_at_forwarding(*ledger, found);
    return found;
}

}  // namespace network
