// Unpacking an image into the root of a WPAR. Whoever made it may be hostile, so no byte of it is looked at here: that is
// done by the program libexec/corral/unpack (unpacker/), in namespaces of its own, as a user that exists only in the
// WPAR, with the target as its whole file system, no network, few system calls, and nothing but the descriptors it is
// given. This side makes what confines it, starts it, hands it the parts of an image that it asks for by their digests,
// and listens.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/idmap.h"

namespace unpack {

struct Request {
    std::string image =
        {};  // a file; a directory with an OCI layout; empty: only look at what is in the target
    std::string target = {};  // trusted global path of the base directory, its file systems mounted
    os::IdRange ids = {};     // the WPAR's own
    std::string digest = {};  // "sha256:...", which the image must have; empty: any
    std::string program = {};  // the unpacking program; empty: the one that is installed
};

/// What the image says of itself. Its words: to be shown with printable() only.
struct Image {
    std::string digest = {};   // of the tar file, or of what an OCI or docker image is known by
    std::string ostype = {};   // "debian-11" from its os-release; "unknown"
    bool has_init = false;     // an executable /sbin/init
    bool has_systemd = false;  // which is systemd
    std::uint64_t members = 0;
    std::uint64_t bytes = 0;
    std::uint64_t devices = 0;  // device nodes and sockets that were left out
    std::vector<std::string> command = {};
    std::vector<std::string> environment = {};
    std::string directory = {};
    std::string user = {};
};

/// Whether a directory holds an OCI image layout, not a root.
bool is_layout(const std::string& directory);

/// Kind::invalid for an image that is damaged, hostile, of another architecture or of none of the known kinds;
/// Kind::full when it does not fit; Kind::interrupted. What was unpacked until then stays, for the caller to remove.
Result<Image> run(const Request& request, const std::function<void(std::string_view)>& placed);

}  // namespace unpack
