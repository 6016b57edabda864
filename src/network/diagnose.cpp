#include "network/diagnose.h"

#include "network/builder.h"
#include "network/network.h"
#include "network/switches.h"
#include "os/dir.h"
#include "os/process.h"

namespace network {
namespace {

std::string remedy(std::string_view family, std::string_view table, std::string_view chain) {
    return cat("let them pass: nft insert rule ", family, " ", table, " ", chain, " iifgroup ",
               link_group, " accept; nft insert rule ", family, " ", table, " ", chain,
               " oifgroup ", link_group, " accept");
}

// "drop", "counter packets 0 bytes 0 reject with icmpx admin-prohibited": for every packet that comes so far.
bool refuses_all(std::vector<std::string> word) {
    if (word.size() > 5 && word[0] == "counter") word.erase(word.begin(), word.begin() + 5);
    return !word.empty() && (word[0] == "drop" || word[0] == "reject");
}

}  // namespace

std::vector<std::string> foreign_drops(std::string_view ruleset) {
    std::vector<std::string> found;
    std::vector<std::string> table;
    std::string chain;
    bool forward = false;
    for (const auto& line : split(ruleset, '\n')) {
        const auto word = words(line);
        if (word.size() >= 3 && word[0] == "table") table = {word[1], word[2]};
        if (word.size() >= 2 && word[0] == "chain") {
            chain = word[1];
            forward = false;
        }
        if (table.size() != 2 || table[1] == "corral") continue;
        forward = forward || line.find("hook forward") != std::string::npos;
        if (!forward || (line.find("policy drop") == std::string::npos && !refuses_all(word)))
            continue;
        found.push_back(cat("the firewall's chain '", printable(chain), "' (table ", table[0], " ",
                            printable(table[1]),
                            ") drops forwarded packets, also those of workload partitions; ",
                            remedy(table[0], table[1], chain)));
        forward = false;  // once is enough
    }
    return found;
}

namespace {

void look_at_firewalls(std::vector<std::string>& found) {
    const auto ruleset =
        os::run_ok({.arguments = {"nft", "list", "ruleset"}, .output_limit = 64 << 20});
    if (!ruleset) {
        found.push_back(
            ruleset.error().kind == Kind::missing
                ? std::string("the program nft is missing; install the package nftables")
                : ruleset.error().text);
        return;
    }
    const auto drops = foreign_drops(*ruleset);
    found.insert(found.end(), drops.begin(), drops.end());
    for (const std::string program : {"iptables", "ip6tables"}) {
        const auto names =
            os::read_file(cat("/proc/net/", program == "iptables" ? "ip" : "ip6", "_tables_names"));
        if (!names || names->find("filter") == std::string::npos) continue;
        const auto policy = os::run_ok({.arguments = {cat(program, "-legacy"), "-S", "FORWARD"}});
        if (policy && policy->find("-P FORWARD DROP") != std::string::npos)
            found.push_back(cat(
                "the firewall (", program,
                ") drops forwarded packets, also those of workload partitions; let "
                "them pass: ",
                program, "-legacy -I FORWARD -m devgroup --src-group ", link_group, " -j ACCEPT; ",
                program, "-legacy -I FORWARD -m devgroup --dst-group ", link_group, " -j ACCEPT"));
    }
}

void look_at_guard(const Ledger& ledger, std::vector<std::string>& found) {
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
        found.push_back(
            "the guard table 'inet corral' is gone (somebody flushed the nftables ruleset), so "
            "workload "
            "partitions can take one another's addresses; the next start of one makes it again");
}

void look_at_forwarding(const Ledger& ledger, std::vector<std::string>& found) {
    const auto switches = Switches::open(ledger.path("switches"));
    if (!switches) return;
    const auto opened = switches->opened();
    for (const auto& interface : opened.four) {
        const auto now = read_setting(cat("ipv4/conf/", interface, "/forwarding"));
        if (now && *now == "0")
            found.push_back(
                cat("forwarding on ", interface,
                    " was switched off, so the network does not reach workload partitions; "
                    "sysctl -w net.ipv4.conf.",
                    interface, ".forwarding=1"));
    }
    const auto six = read_setting("ipv6/conf/all/forwarding");
    if (opened.six && six && *six == "0")
        found.push_back(
            "IPv6 forwarding was switched off, so the network does not reach workload partitions; "
            "sysctl -w net.ipv6.conf.all.forwarding=1");
}

}  // namespace

std::vector<std::string> diagnose(const Site& site) {
    std::vector<std::string> found;
    look_at_firewalls(found);
    if (!os::exists(site.state)) return found;
    const auto ledger = Ledger::open(site);
    if (!ledger) return {ledger.error().text};
    look_at_guard(*ledger, found);
    look_at_forwarding(*ledger, found);
    return found;
}

}  // namespace network
