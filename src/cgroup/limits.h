// What a WPAR may use of the machine: AIX's resource controls (-R) as numbers.
//
// The story of this folder: a wish is a Limits value (this file); plan.h turns it into "write this
// value to that file", for cgroup v2 and for v1 controllers, without touching anything; hierarchy.h
// knows where this host keeps its controllers; group.h makes, fills, watches and removes the
// groups. Nobody outside this folder needs to know which version a host runs.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cgroup {

/// min%-soft%,hard% of the whole machine, in hundredths of a percent: 10000 is all of it.
struct PercentRange {
    std::uint32_t min = 0;
    std::uint32_t soft = 10000;
    std::uint32_t hard = 10000;
    auto operator<=>(const PercentRange&) const = default;
};

/// An empty field is AIX's default: no limit.
struct Limits {
    bool active = true;  // false: resource control is off, as if every field were empty
    std::optional<std::uint32_t> cpu_shares = {};  // 1..65535
    std::optional<std::uint32_t> memory_shares = {};
    std::optional<PercentRange> cpu = {};  // wins over shares
    std::optional<PercentRange> memory = {};
    std::optional<std::uint64_t> total_virtual_memory = {};  // bytes: memory and swap together
    std::optional<std::uint64_t> processes = {};
    std::optional<std::uint64_t> threads = {};
    std::optional<std::uint64_t> large_pages = {};  // of the default size
    std::string cpus = {};                          // rset: like "0-1,3"
    bool operator==(const Limits&) const = default;
};

/// The limits of all other WPARs that are active now, also of those that have none (a default
/// Limits each): a share counts against the shares of all active WPARs, a minimum is kept free by
/// all others.
struct Neighbours {
    std::vector<Limits> others = {};
};

}  // namespace cgroup
