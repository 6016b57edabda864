#include "partition/site_defaults.h"

#include "os/dir.h"
#include "partition/storage.h"
#include "spec/generation.h"

namespace partition {
namespace {

constexpr std::string_view path = "/etc/wpars/defaults";

Result<void> set(SiteDefaults& defaults, std::string_view name, std::string_view value) {
    if (name != "shared")
        return Error{Kind::invalid, cat("'", printable(name), "' is no default; there is: shared")};
    if (value != "live" && value != "generation")
        return Error{Kind::invalid,
                     cat("shared = '", printable(value), "' is neither live nor generation")};
    defaults.share_generations = value == "generation";
    return {};
}

Result<void> read_line(SiteDefaults& defaults, std::string_view line) {
    line = trim(line.substr(0, line.find('#')));
    if (line.empty()) return {};
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
        return Error{Kind::invalid, cat("'", printable(line), "' is not of the form name = value")};
    return set(defaults, trim(line.substr(0, equals)), trim(line.substr(equals + 1)));
}

}  // namespace

Result<SiteDefaults> parse_site_defaults(std::string_view text) {
    SiteDefaults defaults;
    unsigned number = 0;
    for (const auto& line : split(text, '\n'))
        TRY(read_line(defaults, line).within("line ", ++number));
    return defaults;
}

Result<SiteDefaults> site_defaults() {
    const auto text = os::read_file(std::string(path));
    if (text) return parse_site_defaults(*text).within(path);
    if (text.error().kind == Kind::missing) return SiteDefaults{};
    return text.error();
}

spec::Definition with_site_defaults(spec::Definition definition, const SiteDefaults& defaults) {
    if (!definition.system() || definition.general.privateusr || !defaults.share_generations)
        return definition;
    auto& mounts = definition.mounts;
    for (const std::string directory : {"/usr", "/opt"}) {
        if (find_mount(definition, directory) == nullptr)
            mounts.push_back({.directory = directory,
                              .vfs = "namefs",
                              .dev = spec::generation_dev(spec::newest_generation),
                              .mountopts = "ro"});
    }
    return definition;
}

}  // namespace partition
