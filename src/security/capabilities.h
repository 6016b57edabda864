// Linux capabilities by number and name. capabilities(7)
#pragma once
#include <linux/capability.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace security {

/// The set that holds these capabilities: bits(CAP_CHOWN, CAP_KILL).
template <class... Numbers>
constexpr std::uint64_t bits(Numbers... numbers) {
    return ((std::uint64_t{1} << static_cast<unsigned>(numbers)) | ... | std::uint64_t{0});
}

/// "cap_chown" for 0; empty for numbers we do not know.
std::string_view capability_name(unsigned number);
/// "cap_chown cap_kill"; "-" for none.
std::string capability_list(std::uint64_t set);

}  // namespace security
