#include "doctor/network.h"

#include <fcntl.h>
#include <unistd.h>

#include "os/dir.h"
#include "partition/wishes.h"

namespace doctor {
namespace {

using Where = network::Obstacle::Where;

// Two checks ask; firewalls are slow to list.
const std::vector<network::Obstacle>& obstacles() {
    static const auto found = network::diagnose(partition::network_site());
    return found;
}

std::optional<bool> is_on(const char* path) {
    const auto text = os::read_file(path);
    if (!text) return std::nullopt;
    return trim(*text) != "0";
}

std::string shown(std::string_view label, std::optional<bool> on) {
    return cat(label, !on ? " unknown" : *on ? " on" : " off");
}

}  // namespace

Report judge_forwarding(const ForwardingFacts& facts) {
    Report report;
    report.state = cat(shown("IPv4", facts.four), ", ", shown("IPv6", facts.six),
                       "; a start switches on what it needs, the last stop switches it off");
    if (facts.root && !facts.writable)
        report.add({Severity::error, "forwarding cannot be switched: /proc/sys/net is read-only",
                    "a container around us keeps it so; there, mount /proc/sys/net writable, or "
                    "use mode=macvlan or mode=ipvlan with -N",
                    "/proc/sys/net"});
    for (const auto& obstacle : facts.obstacles)
        if (obstacle.where == Where::forwarding)
            report.add({Severity::error, obstacle.text, obstacle.remedy, "forwarding"});
    return report;
}

Report judge_firewall(const std::vector<network::Obstacle>& obstacles) {
    Report report;
    for (const auto& obstacle : obstacles) {
        if (obstacle.where == Where::firewall)
            report.add({Severity::warning, obstacle.text, obstacle.remedy, "firewall"});
        if (obstacle.where == Where::guard)
            report.add({Severity::error, obstacle.text, obstacle.remedy, "table inet corral"});
    }
    if (report.findings.empty()) report.state = "nothing drops forwarded packets";
    return report;
}

Report look_at_forwarding(const Survey& survey) {
    ForwardingFacts facts = {.root = survey.root};
    facts.four = is_on("/proc/sys/net/ipv4/conf/all/forwarding");
    facts.six = is_on("/proc/sys/net/ipv6/conf/all/forwarding");
    facts.writable =
        ::faccessat(AT_FDCWD, "/proc/sys/net/ipv4/conf/all/forwarding", W_OK, AT_EACCESS) == 0;
    if (survey.root) facts.obstacles = obstacles();
    return judge_forwarding(facts);
}

Report look_at_firewall(const Survey& survey) {
    if (!survey.root) return {"", {root_only("the rules of firewalls")}};
    return judge_firewall(obstacles());
}

}  // namespace doctor
