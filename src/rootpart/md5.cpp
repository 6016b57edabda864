#include "rootpart/md5.h"

#include <nettle/md5.h>

#include <array>

#include "base/hexadecimal.h"

namespace rootpart {

std::string md5(std::string_view text) {
    md5_ctx state = {};
    ::md5_init(&state);
    ::md5_update(&state, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()));
    std::array<std::uint8_t, MD5_DIGEST_SIZE> digest = {};
    ::md5_digest(&state, digest.size(), digest.data());
    return hexadecimal(digest);
}

}  // namespace rootpart
