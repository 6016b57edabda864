#include "systemd/pending.h"

#include <charconv>
#include <cstdint>

#include "base/text.h"

namespace systemd {

// proc(5): "ShdPnd:" is the mask of the signals that wait for the process, a bit each, in hexadecimal digits.
bool is_pending(std::string_view status, int signal) {
    for (const auto& line : split(status, '\n')) {
        if (!line.starts_with("ShdPnd:")) continue;
        const auto digits = trim(std::string_view(line).substr(7));
        std::uint64_t mask = 0;
        (void)std::from_chars(digits.data(), digits.data() + digits.size(), mask, 16);
        return ((mask >> (signal - 1)) & 1) != 0;
    }
    return false;
}

}  // namespace systemd
