#include "rootpart/manifest.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "os/real_path.h"
#include "rootpart/listing.h"
#include "rootpart/md5.h"

namespace rootpart {
namespace {

constexpr std::size_t file_limit = 256 << 20;
constexpr std::string_view heading = "corral root part 1";
constexpr std::array kept_texts = {std::pair{"passwd", &Manifest::passwd},
                                   std::pair{"group", &Manifest::group},
                                   std::pair{"statoverride", &Manifest::statoverride},
                                   std::pair{"diversions", &Manifest::diversions}};
constexpr std::array their_paths = {"etc/passwd", "etc/group", "var/lib/dpkg/statoverride",
                                    "var/lib/dpkg/diversions"};

Result<std::string> content_of(const os::Dir& directory, const std::string& name, Sort sort) {
    if (sort == Sort::file) return md5(TRY(directory.read(name, file_limit)));
    if (sort != Sort::link) return std::string();
    auto leads_to = os::read_link(directory.fd(), name);
    if (leads_to) return leads_to;
    return Error::os(leads_to.error().os_number, "read link", cat(directory.path(), "/", name));
}

Sort sort_of(mode_t mode) {
    if (S_ISREG(mode)) return Sort::file;
    if (S_ISLNK(mode)) return Sort::link;
    return S_ISDIR(mode) ? Sort::directory : Sort::other;
}

class Surveyor {
  public:
    Surveyor(const std::vector<std::string>& left_out, Entries& entries)
        : left_out_(left_out), entries_(entries) {}

    Result<void> look(const os::Dir& directory, const std::string& path) {
        for (const auto& listed : TRY(list_directory(directory.fd(), path)))
            TRY(look_at(directory, path, listed.name));
        return {};
    }

    Result<void> look_at(const os::Dir& directory, const std::string& above,
                         const std::string& name) {
        const auto path = above.empty() ? name : cat(above, "/", name);
        if (name == "lost+found" || path == "var/lib/dpkg" || has_control(name)) return {};
        if (std::find(left_out_.begin(), left_out_.end(), path) != left_out_.end()) return {};
        const auto found = TRY(directory.stat(name));
        Entry entry = {sort_of(found.st_mode),
                       found.st_mode & 07777,
                       found.st_uid,
                       found.st_gid,
                       static_cast<std::uint64_t>(found.st_size),
                       {}};
        if (entry.sort == Sort::other) return {};
        entry.content = TRY(content_of(directory, name, entry.sort));
        if (has_control(entry.content)) return {};
        if (entry.sort != Sort::file) entry.size = 0;
        const bool deeper = entry.sort == Sort::directory;
        entries_.emplace(path, std::move(entry));
        if (!deeper) return {};
        return look(os::Dir(TRY(directory.open_file(
                                {.path = name, .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW})),
                            path),
                    path);
    }

  private:
    const std::vector<std::string>& left_out_;
    Entries& entries_;
};

std::string text_or_nothing(const os::Dir& tree, const std::string& path) {
    auto text = tree.read(path, file_limit);
    return text ? *std::move(text) : std::string();
}

std::string entry_line(const std::string& path, const Entry& entry) {
    return cat(static_cast<char>(entry.sort), "\t", entry.mode, "\t", entry.uid, "\t", entry.gid,
               "\t", entry.size, "\t", entry.content, "\t", path, "\n");
}

Error damaged(std::string_view line) {
    return {Kind::invalid, cat("the record of what was delivered is damaged: '", printable(line),
                               "'; without it what differs counts as changed inside")};
}

Result<void> read_entry(const std::vector<std::string>& parts, std::string_view line,
                        Manifest& manifest) {
    std::array<std::uint64_t, 4> numbers = {};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto number = to_number(parts[i + 1]);
        if (!number) return damaged(line);
        numbers[i] = *number;
    }
    const auto& path = parts[6];
    if (path.empty() || path.front() == '/') return damaged(line);
    manifest.entries.emplace(
        path, Entry{static_cast<Sort>(parts[0].front()), static_cast<mode_t>(numbers[0]),
                    static_cast<uid_t>(numbers[1]), static_cast<gid_t>(numbers[2]), numbers[3],
                    parts[5]});
    return {};
}

Result<void> read_line(std::string_view line, Manifest& manifest) {
    const auto parts = split(line, '\t');
    if (parts.size() == 7 && parts[0].size() == 1) return read_entry(parts, line, manifest);
    if (parts.size() != 2) return damaged(line);
    if (parts[0] == "level") {
        manifest.level = parts[1];
        return {};
    }
    for (const auto& [name, text] : kept_texts) {
        if (parts[0] != name) continue;
        manifest.*text += parts[1] + "\n";
        return {};
    }
    return damaged(line);
}

}  // namespace

std::string manifest_text(const Manifest& manifest) {
    auto text = cat(heading, "\nlevel\t", manifest.level, "\n");
    for (const auto& [name, kept] : kept_texts)
        for (const auto& line : split(trim(manifest.*kept), '\n'))
            if (!line.empty() && !has_control(line)) text += cat(name, "\t", line, "\n");
    for (const auto& [path, entry] : manifest.entries) text += entry_line(path, entry);
    return text;
}

Result<Manifest> parse_manifest(std::string_view text) {
    Manifest manifest;
    const auto lines = split(text, '\n');
    if (lines.front() != heading) return damaged(lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i)
        if (!lines[i].empty()) TRY(read_line(lines[i], manifest));
    return manifest;
}

std::string software_level(const os::Dir& tree) {
    const auto status = tree.read("var/lib/dpkg/status", file_limit);
    return status ? md5(*status) : std::string();
}

Result<Manifest> survey(const os::Dir& tree, const std::vector<std::string>& left_out) {
    Manifest manifest;
    manifest.level = software_level(tree);
    Surveyor surveyor(left_out, manifest.entries);
    for (const auto* top : {"etc", "root", "var"})
        if (tree.has(top)) TRY(surveyor.look_at(tree, "", top));
    for (std::size_t i = 0; i < kept_texts.size(); ++i)
        manifest.*(kept_texts[i].second) = text_or_nothing(tree, their_paths[i]);
    return manifest;
}

}  // namespace rootpart
