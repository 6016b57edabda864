// Firewalls of others that stand in the way.
#pragma once
#include <string_view>
#include <vector>

#include "network/network.h"

namespace network {

/// Chains in the output of "nft list ruleset" that drop forwarded packets.
std::vector<Obstacle> foreign_drops(std::string_view ruleset);

}  // namespace network
