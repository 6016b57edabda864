// What bears a WPAR's number in the kernel and below Site::state, whoever made it: for those who look for what belongs to
// nobody.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "network/network.h"

namespace network {

struct Trace {
    enum class Sort : std::uint8_t { link, record, element };
    Sort sort = Sort::link;
    std::uint32_t key = 0;
    std::string shown = {};  // "interface cor3n0", "/run/wpars/.network/wpar/3"
    std::string owner = {};  // the WPAR's name, where the record tells
    bool operator==(const Trace&) const = default;
};
/// Takes nothing and changes nothing.
Result<std::vector<Trace>> traces(const Site& site);

/// Links that elements of the guard's sets name, from the output of "nft list table inet corral".
std::vector<std::string> guarded_links(std::string_view table);
/// Whether one of the guard's tables is there, or a switch remembered, although nobody has a network.
Result<bool> is_guard_idle(const Site& site);

}  // namespace network
