#include "rootpart/private_part.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "os/real_path.h"
#include "rootpart/copy.h"
#include "rootpart/listing.h"
#include "rootpart/md5.h"
#include "rootpart/place.h"
#include "rootpart/rules.h"
#include "rootpart/tree.h"

namespace rootpart {
namespace {

constexpr std::size_t text_limit = 64 << 20;

struct Link {
    std::string path = {};
    std::string leads_to = {};
};

class Walk {
  public:
    explicit Walk(const PrivatePart& part) : part_(part) {}

    Result<void> enter(const std::string& path) {
        const auto from = part_.global.beneath(path.substr(1));
        if (!from && from.error().kind == Kind::missing) return {};
        if (!from) return from.error();
        Level top = {path, *from, std::nullopt, nullptr};
        TRY(open_target(top));
        return walk(top);
    }

    // A link may lead to another link, so as long as some were placed the rest has another chance.
    Result<void> place_links() {
        for (bool progress = true; progress && !links_.empty();) {
            progress = false;
            std::vector<Link> waiting;
            for (auto& link : links_) {
                if (!part_.packages.owns(link.path) && !leads_somewhere(link)) {
                    waiting.push_back(std::move(link));
                    continue;
                }
                TRY(place_link(part_.global, part_.target, link.path.substr(1), link.leads_to));
                progress = true;
            }
            links_ = std::move(waiting);
        }
        return {};
    }

  private:
    // A directory on the way down. Its twin in the target is made when the first thing is to be put
    // in.
    struct Level {
        std::string path;
        const os::Dir& from;
        std::optional<os::Dir> to;
        Level* above;
    };

    Result<void> walk(Level& level) {
        for (const auto& entry : TRY(list_directory(level.from.fd(), level.path))) {
            if (part_.options.stop && *part_.options.stop)
                return Error{Kind::interrupted, "interrupted"};
            TRY(visit(level, entry));
        }
        if (!level.to) return {};
        return copy_directory_metadata(level.from.fd(), level.to->fd(), level.path);
    }

    Result<void> visit(Level& level, const Listed& entry) {
        const auto path = cat(level.path, "/", entry.name);
        const auto rule = rule_for(path);
        if (rule == Rule::never) return {};
        switch (entry.type) {
            case DT_DIR:
                return visit_directory(level, entry.name, path, rule);
            case DT_LNK:
                return remember_link(level, entry.name, path);
            case DT_REG:
                return visit_file(level, entry.name, path, rule);
            default:
                return {};
        }
    }

    Result<void> visit_directory(Level& level, const std::string& name, const std::string& path,
                                 Rule rule) {
        const auto& database = part_.packages.database;
        const bool whole = std::find(database.begin(), database.end(), path) != database.end();
        const bool wanted = whole || part_.packages.owns(path) || rule == Rule::directory;
        if (!wanted && (name.starts_with('.') || !worth_a_look(path))) return {};
        auto opened =
            level.from.open_file({.path = name, .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW});
        if (!opened && opened.error().kind == Kind::missing) return {};
        const os::Dir from(TRY(std::move(opened)), path);
        Level inner = {path, from, std::nullopt, &level};
        if (wanted) TRY(open_target(inner));
        if (whole) return copy_tree(from, *inner.to, {.shown = path, .stop = part_.options.stop});
        return walk(inner);
    }

    Result<void> open_target(Level& level) {
        if (level.to) return {};
        if (!level.above) {
            level.to = TRY(ensure_directory(part_.global, part_.target, level.path.substr(1)));
            return {};
        }
        TRY(open_target(*level.above));
        const auto& above = *level.above->to;
        const auto name = name_of(level.path);
        TRY(make_directory({.to = above.fd(), .name = name, .shown = level.path}));
        auto opened = TRY(above.open_file(
            {.path = name, .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW, .no_symlinks = true}));
        level.to = os::Dir(std::move(opened), level.path);
        return copy_directory_metadata(level.from.fd(), level.to->fd(), level.path);
    }

    Result<void> remember_link(const Level& level, const std::string& name,
                               const std::string& path) {
        auto leads_to = os::read_link(level.from.fd(), name);
        if (leads_to) links_.push_back({path, *std::move(leads_to)});
        return {};
    }

    bool leads_somewhere(const Link& link) const {
        const auto there = resolved(cat("/", directory_of(link.path.substr(1))), link.leads_to);
        for (const auto* made : {"/dev/", "/proc/", "/run/", "/sys/"})
            if (there.starts_with(made)) return true;
        for (const auto* own : {"/etc", "/var", "/root"})
            if (there.starts_with(own)) return is_in(part_.target, there);
        for (const auto* shared : {"/usr/", "/opt/", "/bin/", "/sbin/", "/lib"})
            if (there.starts_with(shared)) return is_in(part_.global, there);
        return false;  // the administrator's
    }

    static bool is_in(const os::Dir& tree, const std::string& path) {
        return static_cast<bool>(tree.open_file(
            {.path = path.substr(1), .flags = O_PATH | O_NOFOLLOW, .in_root = true}));
    }

    Result<void> visit_file(Level& level, const std::string& name, const std::string& path,
                            Rule rule) {
        const bool owned = part_.packages.owns(path);
        if (rule == Rule::directory) rule = Rule::ordinary;
        if (!owned && (rule == Rule::ordinary || rule == Rule::as_shipped)) return {};
        struct stat found = {};
        if (::fstatat(level.from.fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
            return errno == ENOENT ? Result<void>() : Error::os(errno, "stat", path);
        if (!S_ISREG(found.st_mode)) return {};
        if (rule == Rule::empty) return make_empty(level, name, path);
        if (rule == Rule::answers) return copy_answers(path);
        if (!TRY(may_take(level, name, path, rule, found))) return {};
        TRY(open_target(level));
        TRY(copy_entry({level.from.fd(), level.to->fd(), name, path}, found));
        return {};
    }

    Result<bool> may_take(const Level& level, const std::string& name, const std::string& path,
                          Rule rule, const struct stat& found) const {
        const bool open_to_all = (found.st_mode & S_IROTH) != 0;
        if (open_to_all && may_hold_credentials(path)) {
            const auto text = level.from.read(name, text_limit);
            if (!text || !has_credentials(*text)) return true;
            return leave_out(path, "holds a password");
        }
        if (open_to_all && rule != Rule::as_shipped) return true;
        if (!part_.packages.owns(path)) return false;
        if (is_as_shipped(level, name, path)) return true;
        return leave_out(path, rule == Rule::as_shipped
                                   ? "changed, and it speaks of the global environment"
                                   : "changed, and not readable by all");
    }

    bool is_as_shipped(const Level& level, const std::string& name, const std::string& path) const {
        const auto shipped = part_.packages.shipped_md5.find(path);
        if (shipped == part_.packages.shipped_md5.end()) return false;
        const auto text = level.from.read(name, text_limit);
        return text && md5(*text) == shipped->second;
    }

    bool leave_out(const std::string& path, std::string_view why) const {
        if (part_.observer.left_out) part_.observer.left_out(cat(printable(path), ": ", why));
        return false;
    }

    Result<void> make_empty(Level& level, const std::string& name, const std::string& path) {
        TRY(open_target(level));
        return place_file(part_.global, part_.target, {path.substr(1), "", 0600, path.substr(1)})
            .within("empty ", name);
    }

    Result<void> copy_answers(const std::string& path) const {
        const auto text = part_.global.read(path.substr(1), text_limit);
        if (!text) return {};  // debconf makes a new one
        return place_file(part_.global, part_.target,
                          {path.substr(1), without_installer_answers(*text), 0600, path.substr(1)});
    }

    const PrivatePart& part_;
    std::vector<Link> links_;
};

}  // namespace

std::string resolved(const std::string& directory, const std::string& leads_to) {
    const bool absolute = leads_to.starts_with('/');
    std::vector<std::string> parts;
    for (auto& part : split(absolute ? leads_to : cat(directory, "/", leads_to), '/')) {
        if (part.empty() || part == ".") continue;
        if (part != "..")
            parts.push_back(std::move(part));
        else if (!parts.empty())
            parts.pop_back();
    }
    return cat("/", join(parts, "/"));
}

Result<void> copy_private_part(const PrivatePart& part,
                               const std::vector<std::string>& directories) {
    Walk walk(part);
    for (const auto& directory : directories) TRY(walk.enter(directory));
    return walk.place_links();
}

}  // namespace rootpart
