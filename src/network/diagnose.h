// Firewalls of others that stand in the way.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace network {

/// Chains in the output of "nft list ruleset" that drop forwarded packets by policy, each as a warning with its remedy.
std::vector<std::string> foreign_drops(std::string_view ruleset);

}  // namespace network
