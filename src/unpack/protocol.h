// What mkwpar and the program that unpacks for it (unpacker/) say to one another, in packets of os/packet.h.
#pragma once
#include <cstdint>

namespace unpack {

// Descriptors that the program is born with, beside its standard ones, which are /dev/null.
inline constexpr int socket_fd = 3;
inline constexpr int target_fd = 4;  // a detached mount, its ids shifted
inline constexpr int users_fd = 5;   // the user namespace it is shifted by
inline constexpr int image_fd = 6;   // only of an image that is a file
inline constexpr int last_fd = 6;

enum class Say : std::uint32_t {
    ready = 1,  // confined, and about to begin
    placed,     // the name of something in the root
    want,  // the digits of a blob of the image's directory, or "index.json"; answered by one with its descriptor
    fact,  // "name value", see unpack.cpp
    done
};

}  // namespace unpack
