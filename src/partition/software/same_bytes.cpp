#include "partition/software/same_bytes.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace partition::software {

Result<bool> same_bytes(int one, int other, const std::string& shown) {
    std::array<char, 65536> first;  // not zeroed: read fills them
    std::array<char, 65536> second;
    for (off_t at = 0;;) {
        const auto got = ::pread(one, first.data(), first.size(), at);
        if (got < 0) return Error::os(errno, "read", shown);
        if (got == 0) return true;
        const auto size = static_cast<std::size_t>(got);
        if (::pread(other, second.data(), size, at) != got ||
            !std::equal(first.begin(), first.begin() + got, second.begin()))
            return false;
        at += got;
    }
}

}  // namespace partition::software
