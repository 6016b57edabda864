// Checks "forwarding" and "firewall": the way of packets through the global environment.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"
#include "network/network.h"

namespace doctor {

struct ForwardingFacts {
    std::optional<bool> four = {};  // on for all interfaces
    std::optional<bool> six = {};
    bool writable = true;  // a start can switch it on
    bool root = true;
    std::vector<network::Obstacle> obstacles = {};
};
Report judge_forwarding(const ForwardingFacts& facts);
/// Of the obstacles those of firewalls and the guard.
Report judge_firewall(const std::vector<network::Obstacle>& obstacles);

Report look_at_forwarding(const Survey& survey);
Report look_at_firewall(const Survey& survey);

}  // namespace doctor
