// Which kinds of interfaces this kernel can make.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace network {

struct TriedKind {
    std::string name = {};  // veth, macvlan, ipvlan, bridge
    std::optional<Error> error = {};
};
/// Makes one of each in a network namespace of their own, with which they go. Needs root.
Result<std::vector<TriedKind>> try_kinds();

}  // namespace network
