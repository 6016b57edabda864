#include "unpacker/parts.h"

#include <array>

#include "os/packet.h"
#include "tar/path.h"
#include "tar/reader.h"
#include "unpack/protocol.h"
#include "unpacker/manifest.h"

namespace unpacker {
namespace {

constexpr int most_links = 8;
constexpr std::string_view blobs = "blobs/sha256/";

// Those at the top of a root; an image archive has none of them.
bool is_of_a_root(const std::string& path) {
    constexpr std::array tops = {"bin",   "boot",  "dev", "etc",  "home", "lib",
                                 "lib64", "media", "opt", "proc", "root", "sbin",
                                 "srv",   "sys",   "tmp", "usr",  "var"};
    const auto top = path.substr(0, path.find('/'));
    return std::find(tops.begin(), tops.end(), top) != tops.end();
}

Result<std::string> path_of(::archive_entry* entry) {
    const char* name = ::archive_entry_pathname(entry);
    return tar::member_path(name == nullptr ? "" : name);
}

// Older docker wrote a layer that two images share once, with links to it: "../OTHER/layer.tar".
std::string next_to(const std::string& link, std::string_view leads_to) {
    std::string path = tar::parent_of(link);
    for (const auto& each : split(leads_to, '/')) {
        if (each.empty() || each == ".") continue;
        if (each == "..")
            path = tar::parent_of(path);
        else
            path += cat(path.empty() ? "" : "/", each);
    }
    return path;
}

Error missing(const std::string& name) {
    return {Kind::missing, cat("the image is not complete: it has no '", printable(name), "'")};
}

}  // namespace

Result<void> LayoutParts::with(const std::string& name, const Use& use) {
    const auto asked = name.starts_with(blobs) ? name.substr(blobs.size()) : name;
    TRY(os::send_packet(socket_,
                        {.what = static_cast<std::uint32_t>(unpack::Say::want), .text = asked}));
    const auto answer = TRY(os::receive_packet(socket_));
    if (!answer) return Error{Kind::interrupted, "interrupted"};
    if (answer->error) return *answer->error;
    tar::FileStream stream(answer->carried.get());
    return use(stream);
}

Result<void> TarParts::with(const std::string& name, const Use& use) {
    return look_for(name, use, 0);
}

Result<void> TarParts::look_for(const std::string& name, const Use& use, int links) {
    const auto wanted = TRY(tar::member_path(name));
    tar::FileStream file(file_);
    auto reader = TRY(tar::Reader::open(file));
    while (auto* entry = TRY(reader.next())) {
        if (TRY(path_of(entry)) != wanted) continue;
        const char* link = ::archive_entry_symlink(entry);
        if (link == nullptr) link = ::archive_entry_hardlink(entry);
        if (link != nullptr && links < most_links) {
            const bool symbolic = ::archive_entry_hardlink(entry) == nullptr;
            return look_for(symbolic ? next_to(wanted, link) : link, use, links + 1);
        }
        if (link != nullptr || ::archive_entry_filetype(entry) != AE_IFREG) return missing(name);
        tar::MemberStream content(reader);
        return use(content);
    }
    return missing(name);
}

Result<std::string> read_part(Parts& parts, const std::string& name) {
    std::string text;
    TRY(parts.with(name, [&](tar::Stream& from) -> Result<void> {
        text = TRY(tar::read_all(from, largest_text).within("'", printable(name), "'"));
        return {};
    }));
    return text;
}

Result<FileKind> kind_of(int file) {
    tar::FileStream stream(file);
    auto reader = TRY(tar::Reader::open(stream));
    bool saved = false;
    while (auto* entry = TRY(reader.next())) {
        const auto path = TRY(path_of(entry));
        if (path == "oci-layout" || path == "index.json") return FileKind::layout;
        if (path == "manifest.json") saved = true;
        if (is_of_a_root(path)) return FileKind::root;
    }
    return saved ? FileKind::saved : FileKind::root;
}

}  // namespace unpacker
