#include "unpacker/manifest.h"

#include <sys/utsname.h>

#include <algorithm>
#include <array>

#include "tar/digest.h"
#include "unpacker/json.h"

namespace unpacker {
namespace {

constexpr std::size_t most_layers = 1024;
constexpr std::size_t shown_names = 8;

Error invalid(std::string text) { return {Kind::invalid, std::move(text)}; }

// A digest of another kind cannot be verified, and a spelling that is none would become a file name.
Result<Descriptor> descriptor(const Json& json, std::string_view what) {
    Descriptor found;
    found.digest = text_of(json, "digest");
    found.size = number_of(json, "size");
    const auto digits = tar::sha256_digits(found.digest);
    if (!digits)
        return invalid(cat(what, " has the digest '", printable(found.digest.substr(0, 100)),
                           "'; only sha256 digests are known"));
    found.digits = *digits;
    const auto media = text_of(json, "mediaType");
    found.index = media.find("image.index") != std::string::npos ||
                  media.find("manifest.list") != std::string::npos;
    if (media.find("encrypted") != std::string::npos)
        return invalid(cat(what, " is encrypted; decrypt the image first"));
    return found;
}

std::string platform_of(const Json& entry) {
    const auto& platform = part(entry, "platform");
    if (!platform.is_object()) return {};
    return cat(text_of(platform, "os"), "/", text_of(platform, "architecture"));
}

// Signatures and bills of materials lie beside the images that they speak of.
bool is_attestation(const Json& entry) {
    return platform_of(entry) == "unknown/unknown" ||
           !text_of(part(entry, "annotations"), "vnd.docker.reference.type").empty();
}

std::string name_of(const Json& entry) {
    const auto name = text_of(part(entry, "annotations"), "org.opencontainers.image.ref.name");
    return name.empty() ? text_of(entry, "digest") : name;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t at = 0; at < names.size() && at < shown_names; ++at)
        text += cat(at == 0 ? "" : ", ", printable(names[at].substr(0, 100)));
    return names.size() > shown_names ? text + ", ..." : text;
}

Result<void> check_platform(std::string_view system, std::string_view found,
                            std::string_view architecture) {
    const bool linux_here = system.empty() || system == "linux";
    if (linux_here && (found.empty() || found == architecture)) return {};
    return Error{Kind::unsupported,
                 cat("the image is for ", printable(system.empty() ? "linux" : system), "/",
                     printable(found), "; this machine runs linux/", architecture)};
}

std::vector<std::string> command_of(const Json& config) {
    auto command = texts_of(config, "Entrypoint");
    const auto arguments = texts_of(config, "Cmd");
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

}  // namespace

Result<Descriptor> choose_manifest(std::string_view index, std::string_view architecture) {
    const auto json = TRY(parse_json(index, "the image's index"));
    const auto& manifests = part(json, "manifests");
    if (!manifests.is_array() || manifests.empty())
        return invalid("the image's index names no manifest");
    const auto wanted = cat("linux/", architecture);
    std::vector<const Json*> fitting;
    std::vector<std::string> names;
    std::vector<std::string> others;
    for (const auto& entry : manifests) {
        if (is_attestation(entry)) continue;
        const auto platform = platform_of(entry);
        if (!platform.empty() && platform != wanted) {
            others.push_back(platform);
            continue;
        }
        fitting.push_back(&entry);
        names.push_back(name_of(entry));
    }
    if (fitting.size() == 1) return descriptor(*fitting.front(), "the image's manifest");
    if (!fitting.empty())
        return invalid(cat("it holds ", fitting.size(), " images (", listed(names),
                           "); make one of a single image"));
    return Error{Kind::unsupported,
                 cat("the image is for ", listed(others), "; this machine runs ", wanted)};
}

Result<Manifest> parse_manifest(std::string_view text) {
    const auto json = TRY(parse_json(text, "the image's manifest"));
    Manifest manifest;
    manifest.config = TRY(descriptor(part(json, "config"), "the image's configuration"));
    const auto& layers = part(json, "layers");
    if (!layers.is_array() || layers.empty()) return invalid("the image has no layers");
    if (layers.size() > most_layers)
        return invalid(cat("the image has more than ", most_layers, " layers"));
    for (const auto& layer : layers)
        manifest.layers.push_back(TRY(descriptor(layer, "a layer of the image")));
    return manifest;
}

Result<Config> parse_config(std::string_view text, std::string_view architecture) {
    const auto json = TRY(parse_json(text, "the image's configuration"));
    Config found;
    found.architecture = text_of(json, "architecture");
    TRY(check_platform(text_of(json, "os"), found.architecture, architecture));
    const auto& config = part(json, "config");
    found.environment = texts_of(config, "Env");
    found.command = command_of(config);
    found.directory = text_of(config, "WorkingDir");
    found.user = text_of(config, "User");
    found.layers = texts_of(part(json, "rootfs"), "diff_ids");
    return found;
}

Result<Saved> parse_saved(std::string_view text) {
    const auto json = TRY(parse_json(text, "the image's manifest.json"));
    if (!json.is_array() || json.empty())
        return invalid("the image's manifest.json names no image");
    if (json.size() > 1)
        return invalid(cat("it holds ", json.size(), " images; save a single one"));
    Saved saved;
    saved.config = text_of(json.front(), "Config");
    saved.layers = texts_of(json.front(), "Layers");
    if (saved.config.empty() || saved.layers.empty())
        return invalid("the image's manifest.json names no configuration, or no layers");
    if (saved.layers.size() > most_layers)
        return invalid(cat("the image has more than ", most_layers, " layers"));
    return saved;
}

std::string own_architecture() {
    struct utsname machine = {};
    (void)::uname(&machine);  // cannot fail for a good address
    std::string name = machine.machine;
    constexpr std::array words = {std::pair("x86_64", "amd64"), std::pair("aarch64", "arm64"),
                                  std::pair("armv7l", "arm"), std::pair("i686", "386")};
    for (const auto& [kernels, gos] : words)
        if (name == kernels) return gos;
    return name;
}

}  // namespace unpacker
