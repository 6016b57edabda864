// What mkwpar and the program that unpacks for it (unpacker/) say to one another, in packets of os/packet.h.
#pragma once
#include <cstdint>

namespace unpack {

// Descriptors that the program is born with, beside its standard ones, which are /dev/null.
inline constexpr int socket_fd = 3;
inline constexpr int target_fd = 4;    // a detached mount, its ids shifted
inline constexpr int users_fd = 5;     // the user namespace it is shifted by
inline constexpr int image_fd = 6;     // only of an image that is a file
inline constexpr int manifest_fd = 7;  // of a backup: an empty file for its manifest
inline constexpr int texts_fd = 8;     // of a backup: an empty file for the texts in front
inline constexpr int wanted_fd =
    9;  // of a backup: + and a name that is wanted, - and one below which nothing is; NULs between
inline constexpr int chain_fd =
    10;  // of a restore: the first of its backups, and the others after it

enum class Say : std::uint32_t {
    ready = 1,  // confined, and about to begin
    placed,     // the name of something in the root
    want,  // the digits of a blob of the image's directory, or "index.json"; answered by one with its descriptor
    fact,  // "name value", see unpack.cpp
    done,
    progress,  // of a backup: "NAMES BYTES"
    mend  // of a backup: what only the global environment's root can give a name, see unpack/mend.h
};

}  // namespace unpack
