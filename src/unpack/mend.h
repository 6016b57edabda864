// What the program that restores cannot give a name, since it is root in a WPAR only: owners that no WPAR has, trusted.*
// attributes, devices. It asks for it in a checked form, and this side does it once the program is gone.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/dir.h"

namespace unpack {

struct Mend {
    enum class What : char { owner = 'o', attribute = 'a', device = 'c' };
    What what = What::owner;
    std::string path = {};  // below the root, through no link
    std::uint32_t uid = 0;  // of owner and device
    std::uint32_t gid = 0;
    std::uint32_t mode = 0;
    std::uint32_t major = 0;  // of a device
    std::uint32_t minor = 0;
    std::uint64_t mtime = 0;  // nanoseconds
    std::string name = {};    // of an attribute: "trusted...."
    std::string value = {};
    bool operator==(const Mend&) const = default;
};
inline constexpr std::size_t most_mends = 100000;
inline constexpr std::size_t longest_mend = 8000;

std::string write(const Mend& mend);
/// Kind::invalid for anything that may not be asked for.
Result<Mend> parse_mend(std::string_view text);
/// Below the top of a tree in which nothing runs. What is no longer there is passed over.
Result<void> apply(const os::Dir& root, const Mend& mend);

/// Devices that mean the same in every WPAR: null, zero, full, random, urandom, tty.
bool is_harmless_device(std::uint32_t major, std::uint32_t minor);

}  // namespace unpack
