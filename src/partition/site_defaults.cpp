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
    if (!text && text.error().kind != Kind::missing) return text.error();
    auto defaults = text ? TRY(parse_site_defaults(*text).within(path)) : SiteDefaults{};
    defaults.has_opt = os::exists("/opt");
    return defaults;
}

spec::Definition with_site_defaults(spec::Definition definition, const SiteDefaults& defaults) {
    if (!definition.system() || definition.general.privateusr) return definition;
    const auto add = [&](spec::Mount mount) {
        if (find_mount(definition, mount.directory) == nullptr)
            definition.mounts.push_back(std::move(mount));
    };
    if (defaults.share_generations) {
        for (const std::string directory : {"/usr", "/opt"})
            add({.directory = directory,
                 .vfs = "namefs",
                 .dev = spec::generation_dev(spec::newest_generation),
                 .mountopts = "ro"});
    } else if (!defaults.has_opt) {
        add({.directory = "/opt", .vfs = "directory"});
    }
    return definition;
}

}  // namespace partition
