#include "tar/path.h"

namespace tar {
namespace {

Error refused(std::string_view name, std::string_view why) {
    constexpr std::size_t enough = 200;
    return {Kind::invalid, cat("the archive names '", printable(name.substr(0, enough)),
                               name.size() > enough ? "..." : "", "', ", why)};
}

}  // namespace

Result<std::string> member_path(std::string_view name) {
    if (name.find('\0') != std::string_view::npos) return refused(name, "which holds a NUL");
    std::string path;
    std::size_t levels = 0;
    for (const auto& part : split(name, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == "..") return refused(name, "which leads outside");
        if (part.size() > longest_name) return refused(name, "which is longer than a name may be");
        if (++levels > most_levels) return refused(name, "which is too deep");
        path += cat(path.empty() ? "" : "/", part);
    }
    if (path.size() > longest_path) return refused(name, "which is longer than a path may be");
    return path;
}

std::string parent_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace tar
