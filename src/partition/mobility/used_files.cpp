#include "partition/mobility/used_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "base/escape.h"
#include "base/lines.h"
#include "checkpoint/maps.h"
#include "launch/rebuild.h"
#include "os/dir.h"
#include "os/file_digest.h"
#include "os/mount_table.h"
#include "os/real_path.h"
#include "partition/given_mounts.h"
#include "partition/mobility/written_files.h"
#include "partition/start_plan.h"

namespace partition::mobility {
namespace {

using Kind = UsedFile::Kind;

// Larger ones are known by their size and the time of their last change.
constexpr std::uint64_t largest_read = std::uint64_t{64} << 20;

bool is_place(mode_t mode) { return S_ISDIR(mode) || S_ISFIFO(mode); }

// Nothing when there is no such file, or another kind of one.
std::optional<UsedFile> look_at(const std::string& path, Kind kind) {
    UsedFile file{.path = path, .kind = kind};
    struct stat found = {};
    if (kind == Kind::place) {
        if (::stat(path.c_str(), &found) != 0 || !is_place(found.st_mode)) return std::nullopt;
        return file;
    }
    const UniqueFd opened(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!opened || ::fstat(opened.get(), &found) != 0 || !S_ISREG(found.st_mode))
        return std::nullopt;
    constexpr std::int64_t second = 1'000'000'000;
    file.bytes = static_cast<std::uint64_t>(found.st_size);
    file.changed = found.st_mtim.tv_sec * second + found.st_mtim.tv_nsec;
    if (kind == Kind::same && file.bytes <= largest_read)
        if (auto digest = os::sha256_of(opened.get(), path)) file.digest = *std::move(digest);
    return file;
}

class Collection {
  public:
    Collection(std::vector<std::string> own, const std::vector<launch::Mount>& mounts)
        : own_(std::move(own)), mounts_(mounts) {}
    void add_process(pid_t process) {
        const auto folder = cat("/proc/", process);
        for (const auto* one : {"cwd", "root"}) add_link(cat(folder, "/", one), Kind::place);
        add_descriptors(folder);
        const auto maps = os::read_file(cat(folder, "/maps"), std::size_t{64} << 20);
        if (!maps) return;  // it has ended
        each_line(*maps, [&](std::string_view line) {
            const auto mapped = parse_mapping(line);
            if (!mapped.path.empty()) add(mapped.path, mapped.written ? Kind::written : Kind::same);
        });
    }
    void add(const std::string& inside, Kind kind) {
        if (is_below_any(inside, own_)) return;
        auto& known = found_[path_outside(inside, mounts_)];
        known = std::max(known, kind);
    }
    // One that is not found here under its name has none to look for there: what CRIU can store of it goes along.
    std::vector<UsedFile> all() const {
        std::vector<UsedFile> files;
        for (const auto& [path, kind] : found_)
            if (auto file = look_at(path, kind)) files.push_back(*std::move(file));
        return files;
    }

  private:
    void add_descriptors(const std::string& folder) {
        const auto opened = os::Dir::open(cat(folder, "/fd"));
        const auto numbers = opened ? opened->entries() : opened.error();
        if (!numbers) return;
        for (const auto& number : *numbers) {
            const auto info = os::read_file(cat(folder, "/fdinfo/", number));
            if (info)
                add_link(cat(folder, "/fd/", number),
                         is_open_for_writing(*info) ? Kind::written : Kind::same);
        }
    }
    void add_link(const std::string& link, Kind kind) {
        const auto path = os::read_link(link);
        struct stat found = {};
        if (!path || !path->starts_with('/') || ::stat(link.c_str(), &found) != 0 ||
            found.st_nlink == 0)
            return;
        if (is_place(found.st_mode)) add(*path, Kind::place);
        if (S_ISREG(found.st_mode)) add(*path, kind);
    }

    std::vector<std::string> own_;
    const std::vector<launch::Mount>& mounts_;
    std::map<std::string, Kind> found_ = {};
};

std::optional<UsedFile> parse_one(std::string_view line) {
    const auto parts = words(line);
    constexpr std::size_t fields = 5;
    if (parts.size() != fields) return std::nullopt;
    const auto kind = to_number(parts[0]);
    auto path = unescaped(parts[4]);
    if (!kind || *kind > static_cast<std::uint64_t>(Kind::written) || !path ||
        !path->starts_with('/') || path->find('\0') != std::string::npos)
        return std::nullopt;
    return UsedFile{*std::move(path), static_cast<Kind>(*kind), to_number(parts[1]).value_or(0),
                    static_cast<std::int64_t>(to_number(parts[2]).value_or(0)),
                    parts[3] == "-" ? std::string() : parts[3]};
}

std::string difference(const UsedFile& theirs) {
    const auto ours = look_at(theirs.path, theirs.kind);
    const auto shown = printable(theirs.path);
    if (!ours && theirs.kind == Kind::place)
        return cat("'", shown, "', which it works in, is not there: make it, or mount it there");
    if (!ours)
        return cat("'", shown, "', which it runs or reads, is not there: install or copy it");
    const bool large = theirs.digest.empty();
    if (theirs.kind == Kind::place ||
        (ours->bytes == theirs.bytes && ours->digest == theirs.digest &&
         (!large || ours->changed == theirs.changed)))
        return {};
    return cat("'", shown, "', which it runs or reads, is another file there: ",
               large ? "copy it with its time (cp -p)" : "install the same version, or copy it");
}

}  // namespace

std::vector<std::string> own_mounts(const std::vector<launch::Mount>& mounts) {
    std::vector<std::string> own;
    for (const auto& one : mounts)
        if (one.kind != launch::Mount::Kind::bind) own.push_back(one.target);
    return own;
}

std::string path_outside(const std::string& inside, const std::vector<launch::Mount>& mounts) {
    const launch::Mount* nearest = nullptr;
    for (const auto& one : mounts)
        if (os::is_below(inside, one.target) &&
            (nearest == nullptr || one.target.size() > nearest->target.size()))
            nearest = &one;
    if (nearest == nullptr || nearest->target == "/") return inside;
    return cat(nearest->source, inside.substr(nearest->target.size()));
}

MappedFile parse_mapping(std::string_view line) {
    const auto mapped = checkpoint::parse_mapping(line);
    constexpr std::string_view deleted = " (deleted)";
    if (!mapped || !mapped->name.starts_with('/') || mapped->name.ends_with(deleted)) return {};
    return {std::string(mapped->name), checkpoint::name_of_range(mapped->range), mapped->shared,
            mapped->shared && mapped->writable};
}

Result<std::vector<UsedFile>> used_files(const spec::Definition& definition, pid_t init,
                                         const std::vector<pid_t>& processes) {
    const auto plan = TRY(start_plan(definition));
    auto own = own_mounts(plan.mounts);
    own.insert(own.end(), launch::own_places.begin(), launch::own_places.end());
    Collection found(std::move(own), plan.mounts);
    // what is mounted in its sight is given to it again
    for (const auto& one : TRY(given_mounts(definition, init)).outer)
        found.add(one.point, Kind::place);
    for (const auto process : processes) found.add_process(process);
    return found.all();
}

std::string write(const std::vector<UsedFile>& files) {
    std::string text;
    for (const auto& one : files)
        text += cat(static_cast<unsigned>(one.kind), " ", one.bytes, " ",
                    static_cast<std::uint64_t>(std::max<std::int64_t>(0, one.changed)), " ",
                    one.digest.empty() ? "-" : one.digest, " ", escaped(one.path), "\n");
    return text;
}

std::vector<UsedFile> parse_used_files(std::string_view text) {
    std::vector<UsedFile> files;
    each_line(text, [&](std::string_view line) {
        if (auto file = parse_one(line)) files.push_back(*std::move(file));
    });
    return files;
}

std::vector<std::string> differences(const std::vector<UsedFile>& files) {
    std::vector<std::string> lines;
    for (const auto& one : files) {
        if (one.kind == Kind::written) continue;
        auto line = difference(one);
        if (!line.empty()) lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace partition::mobility
