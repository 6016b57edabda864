// Who gets how much when everybody wants all: AIX's share targets, kept within each WPAR's minimum
// and soft maximum.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "cgroup/limits.h"

namespace cgroup {

/// What one WPAR asks of one resource.
struct Claim {
    std::optional<std::uint32_t> shares = {};
    PercentRange range = {};
    bool plain() const { return !shares && range.min == 0 && range.soft == 10000; }
};

struct Division {
    std::vector<double> fractions = {};  // of the whole, in the order of the claims
    /// What a WPAR without any claim gets; nothing when there is none and the soft maxima leave
    /// some unused.
    std::optional<double> plain = {};
};

/// Shares count against each other; a WPAR that has none counts like the average of those that
/// have. What one's soft maximum leaves and what another's minimum takes is spread over the rest in
/// proportion.
Division divide(const std::vector<Claim>& claims);

/// cpu.weight that brings about the division: a WPAR without a claim keeps the kernel's 100.
std::uint64_t weight_of(const Division& division, std::size_t index);

/// cpu.weight of the group above all WPARs, beside the three that systemd makes (init.scope,
/// system.slice and user.slice, 100 each): raised so that the minima hold against those, lowered so
/// that the soft maxima do.
std::uint64_t base_weight(const std::vector<Claim>& claims);

}  // namespace cgroup
