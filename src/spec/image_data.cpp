#include "spec/image_data.h"

#include <algorithm>
#include <map>
#include <optional>

namespace spec {
namespace {

struct Found {
    std::string stanza = {};
    std::size_t line = 0;
    std::map<std::string, std::string, std::less<>> values = {};

    std::string value(std::string_view key) const {
        const auto found = values.find(key);
        return found == values.end() ? std::string() : found->second;
    }
};

class Reader {
  public:
    explicit Reader(const ImageData& image) : image_(image) {}
    Result<std::vector<Mount>> read();

  private:
    Error wrong(std::size_t line, std::string_view what) const {
        return {Kind::invalid, cat(printable(image_.file_name), ":", line, ": ", what)};
    }
    Result<void> read_line(std::string_view line, std::size_t number);
    Result<void> check_names(std::string_view stanza, std::string_view key) const;
    const Found* volume_of(const Found& file_system) const;
    Result<Mount> mount_of(const Found& file_system) const;
    Result<void> check_volumes() const;

    const ImageData& image_;
    std::vector<Found> found_ = {};
};

std::string volume_name(std::string_view device) {
    constexpr std::string_view folder = "/dev/";
    if (device.starts_with(folder)) device.remove_prefix(folder.size());
    return std::string(device);
}

// What begins at the left opens a stanza; other stanzas than the two may hold anything.
Result<void> Reader::read_line(std::string_view line, std::size_t number) {
    const auto text = trim(line);
    if (text.empty() || text.front() == '#' || text.front() == '*') return {};
    const bool at_left = line.front() != ' ' && line.front() != '\t';
    if (at_left && text.back() == ':') {
        found_.push_back({std::string(text.substr(0, text.size() - 1)), number});
        return {};
    }
    if (found_.empty()) return wrong(number, "expected a stanza, like fs_data:");
    auto& stanza = found_.back();
    if (stanza.stanza != "lv_data" && stanza.stanza != "fs_data") return {};
    const auto sign = text.find('=');
    if (sign == std::string_view::npos) return wrong(number, "expected NAME= value");
    const auto name = std::string(trim(text.substr(0, sign)));
    if (has_control(text)) return wrong(number, "there are control characters in it");
    if (!stanza.values.try_emplace(name, trim(text.substr(sign + 1))).second)
        return wrong(number, cat(printable(name), " comes twice in this stanza"));
    return {};
}

Result<void> Reader::check_names(std::string_view stanza, std::string_view key) const {
    std::vector<std::string> seen;
    for (const auto& one : found_) {
        if (one.stanza != stanza) continue;
        auto name = one.value(key);
        if (name.empty()) return wrong(one.line, cat(stanza, " has no ", key));
        if (std::find(seen.begin(), seen.end(), name) != seen.end())
            return wrong(one.line, cat(key, " '", printable(name), "' comes twice"));
        seen.push_back(std::move(name));
    }
    return {};
}

const Found* Reader::volume_of(const Found& file_system) const {
    const auto name = volume_name(file_system.value("FS_LV"));
    for (const auto& one : found_)
        if (one.stanza == "lv_data" && one.value("LOGICAL_VOLUME") == name) return &one;
    return nullptr;
}

Result<Mount> Reader::mount_of(const Found& file_system) const {
    const auto* volume = volume_of(file_system);
    if (volume == nullptr)
        return wrong(file_system.line, cat("FS_LV '", printable(file_system.value("FS_LV")),
                                           "' of ", printable(file_system.value("FS_NAME")),
                                           " is the LOGICAL_VOLUME of no lv_data stanza"));
    Mount mount{.directory = file_system.value("FS_NAME"), .vfs = volume->value("TYPE")};
    if (mount.vfs.empty()) mount.vfs = "jfs2";
    mount.vg = volume->value("VOLUME_GROUP");
    mount.size = file_system.value(image_.shrink ? "FS_MIN_SIZE" : "FS_SIZE");
    if (to_number(mount.size).value_or(0) == 0)
        return wrong(file_system.line,
                     cat(image_.shrink ? "FS_MIN_SIZE" : "FS_SIZE", " of ",
                         printable(mount.directory), " is no number of 512-byte blocks"));
    return mount;
}

Result<void> Reader::check_volumes() const {
    for (const auto& volume : found_) {
        if (volume.stanza != "lv_data") continue;
        const bool used = std::any_of(found_.begin(), found_.end(), [&](const Found& one) {
            return one.stanza == "fs_data" && volume_of(one) == &volume;
        });
        if (!used)
            return wrong(volume.line,
                         cat("LOGICAL_VOLUME '", printable(volume.value("LOGICAL_VOLUME")),
                             "' is the FS_LV of no fs_data stanza"));
    }
    return {};
}

Result<std::vector<Mount>> Reader::read() {
    std::size_t number = 0;
    for (const auto& line : split(image_.text, '\n')) TRY(read_line(line, ++number));
    TRY(check_names("lv_data", "LOGICAL_VOLUME"));
    TRY(check_names("fs_data", "FS_NAME"));
    std::vector<Mount> mounts;
    for (const auto& one : found_)
        if (one.stanza == "fs_data") mounts.push_back(TRY(mount_of(one)));
    TRY(check_volumes());
    if (mounts.empty()) return wrong(number, "there is no fs_data stanza in it");
    return mounts;
}

}  // namespace

Result<std::vector<Mount>> parse_image_data(const ImageData& image) { return Reader(image).read(); }

}  // namespace spec
