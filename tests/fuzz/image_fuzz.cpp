// Any bytes as the JSON parts of an image and as names in archives: nothing may crash, a digest that is accepted is safe as
// a file name, and a path that is accepted stays below its root.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tar/path.h"
#include "unpacker/examine.h"
#include "unpacker/manifest.h"

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

void must_be_safe(const unpacker::Descriptor& part) {
    must(part.digits.size() == 64 &&
         part.digits.find_first_not_of("0123456789abcdef") == std::string::npos);
}

void read_as_json(std::string_view text) {
    const auto chosen = unpacker::choose_manifest(text, "amd64");
    if (chosen) must_be_safe(*chosen);
    const auto manifest = unpacker::parse_manifest(text);
    if (manifest) must_be_safe(manifest->config);
    if (manifest)
        for (const auto& layer : manifest->layers) must_be_safe(layer);
    (void)unpacker::parse_config(text, "amd64");
    (void)unpacker::parse_saved(text);
}

void read_as_path(std::string_view text) {
    const auto path = tar::member_path(text);
    if (!path) return;
    must(path->size() <= tar::longest_path && !path->starts_with('/') && !path->ends_with('/'));
    for (const auto& part : split(*path, '/'))
        must(part != ".." && part != "." && (!part.empty() || path->empty()) &&
             part.find('\0') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_as_json(text);
    read_as_path(text);
    for (const char letter : unpacker::ostype_of(text)) must(letter > ' ' && letter < 0x7f);
    (void)unpacker::runs_here(text);
    return 0;
}
