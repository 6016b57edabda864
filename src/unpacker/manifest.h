// What the JSON parts of an image say: OCI image layouts (index.json, manifests, configurations) and what `docker save`
// writes (manifest.json). Texts in, values out; anything that is not as it should be is Kind::invalid.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace unpacker {

inline constexpr std::size_t largest_text = std::size_t{4} << 20U;  // of one JSON part

struct Descriptor {
    std::string digest = {};  // "sha256:" and 64 digits
    std::string digits = {};
    std::uint64_t size = 0;
    bool index = false;  // of manifests, not a manifest
};

/// The one manifest for this machine: {"linux", "amd64"}. Another architecture only, or several images, are told.
Result<Descriptor> choose_manifest(std::string_view index, std::string_view architecture);

struct Manifest {
    Descriptor config = {};
    std::vector<Descriptor> layers = {};
};
Result<Manifest> parse_manifest(std::string_view text);

struct Config {
    std::string architecture = {};
    std::vector<std::string> environment = {};
    std::vector<std::string> command = {};  // entrypoint and arguments
    std::string directory = {};
    std::string user = {};
    std::vector<std::string> layers = {};  // digests of the layers when unpacked
};
/// Kind::unsupported when it is for another architecture or system.
Result<Config> parse_config(std::string_view text, std::string_view architecture);

struct Saved {  // one image of `docker save`
    std::string config = {};
    std::vector<std::string> layers = {};
};
Result<Saved> parse_saved(std::string_view text);

/// This machine's, in Go's words: "amd64".
std::string own_architecture();

}  // namespace unpacker
