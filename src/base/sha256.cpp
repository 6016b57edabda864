#include "base/sha256.h"

#include "base/hexadecimal.h"

void Sha256::add(std::string_view bytes) {
    ::sha256_update(&state_, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

Digest Sha256::digest() {
    Digest digest = {};
    ::sha256_digest(&state_, digest.size(), digest.data());
    return digest;
}

std::string Sha256::finish() { return hexadecimal(digest()); }

std::string sha256(std::string_view bytes) {
    Sha256 digest;
    digest.add(bytes);
    return digest.finish();
}
