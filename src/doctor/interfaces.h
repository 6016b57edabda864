// Check "interfaces": the global ones that definitions name, and the kinds that the kernel can make for WPARs.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"
#include "network/interfaces.h"
#include "network/kinds.h"

namespace doctor {

struct InterfaceUse {
    std::string wpar = {};
    std::string interface = {};  // global
    std::string mode = {};       // empty: routed
};
struct InterfaceFacts {
    std::optional<std::vector<network::TriedKind>> kinds = {};  // none: not tried
    std::vector<network::GlobalInterface> there = {};
    std::vector<InterfaceUse> uses = {};
};
Report judge_interfaces(const InterfaceFacts& facts);

Report look_at_interfaces(const Survey& survey);

}  // namespace doctor
