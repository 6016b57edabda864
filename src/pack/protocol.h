// What savewpar and the program that packs for it (packer/) say to one another, in packets of os/packet.h.
#pragma once
#include <cstdint>

namespace pack {

// Descriptors that the program is born with, beside its standard ones.
inline constexpr int socket_fd = 3;
inline constexpr int root_fd = 4;
inline constexpr int output_fd = 5;
inline constexpr int request_fd = 6;  // a file that holds pack/request.h's text
inline constexpr int spool_fd = 7;  // an empty file for the manifest; the program leaves it filled
inline constexpr int base_fd =
    8;  // the manifest of the backup this one is based on; perhaps not there
inline constexpr int witness_fd = 9;  // when the root is a copy: the original
inline constexpr int last_fd = 9;

enum class Say : std::uint32_t {
    counted = 1,  // how many names there are, before the first is read
    progress,     // "FILES BYTES"
    stored,       // a name that is in the archive now, escaped; when asked for
    changed,      // a file's name, escaped: its owner wrote to it while it was read
    fact,  // "NAME VALUE": files, bytes, written, unchanged, sockets, changed, unfit, unfit-in, digest
    done
};

}  // namespace pack
