#include "partition/delivered.h"

#include <unistd.h>

#include "os/dir.h"
#include "partition/storage.h"
#include "registry/paths.h"
#include "spec/generation.h"

namespace partition {
namespace {

constexpr std::size_t manifest_limit = 64 << 20;

std::string manifest_path(const std::string& name) { return delivered_folder(name) + "/manifest"; }

}  // namespace

std::string delivered_folder(const std::string& name) {
    return registry::paths::images(name) + "/rootpart";
}
std::string wanted_folder(const std::string& name) { return delivered_folder(name) + "/wanted"; }

std::vector<std::string> mounted_by_others(const spec::Definition& definition) {
    std::vector<std::string> all;
    for (const auto& mount : definition.mounts)
        if (mount.directory != "/" && mount.directory != "/var")
            all.push_back(mount.directory.substr(1));
    if (!is_private(definition, "/var")) all.emplace_back("var");
    return all;
}

Result<void> make_delivered_folder(const std::string& name) {
    TRY(os::make_dirs(registry::paths::images(name), 0700));
    return os::make_dirs(delivered_folder(name), 0700);
}

Result<void> save_delivered(const std::string& name, const rootpart::Manifest& manifest) {
    TRY(make_delivered_folder(name));
    return os::replace_file({manifest_path(name), rootpart::manifest_text(manifest), 0600});
}

bool follows_software(const spec::Definition& definition) {
    return !is_private(definition, "/usr") || !spec::generations_of(definition).empty();
}

Result<void> remember_delivered(const spec::Definition& definition) {
    const auto root = TRY(os::Dir::open(definition.directory()));
    const auto delivered = TRY(rootpart::survey(root, mounted_by_others(definition)));
    return save_delivered(definition.name(), delivered).within("record of what was delivered");
}

Result<void> copy_delivered(const std::string& from, const std::string& to) {
    const auto text = os::read_file(manifest_path(from), manifest_limit);
    if (!text && text.error().kind == Kind::missing) return {};
    if (!text) return text.error();
    TRY(os::make_dirs(delivered_folder(to), 0700));
    return os::replace_file({manifest_path(to), *text, 0600, false});  // make_durable() comes later
}

Result<std::optional<rootpart::Manifest>> load_delivered(const std::string& name) {
    const auto text = os::read_file(manifest_path(name), manifest_limit);
    if (!text && text.error().kind == Kind::missing) return std::optional<rootpart::Manifest>();
    if (!text) return text.error();
    return std::optional(TRY(rootpart::parse_manifest(*text).within(manifest_path(name))));
}

std::optional<std::string> delivered_level(const spec::Definition& definition) {
    if (is_private(definition, "/usr") || !spec::generations_of(definition).empty())
        return std::nullopt;
    auto delivered = load_delivered(definition.name());
    if (!delivered || !*delivered) return std::nullopt;
    return std::move((*delivered)->level);
}

std::string present_level() {
    const auto global = os::Dir::open("/");
    return global ? rootpart::software_level(*global) : std::string();
}

Result<void> drop_wanted(const std::string& name) { return os::remove_tree(wanted_folder(name)); }

Result<void> forget_delivered(const std::string& name) {
    TRY(os::remove_tree(delivered_folder(name)));
    (void)::rmdir(registry::paths::images(name).c_str());  // stays when there are images in it
    return {};
}

}  // namespace partition
