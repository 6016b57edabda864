#include "spec/defaults.h"

#include <algorithm>

#include "spec/attributes.h"
#include "spec/generation.h"

namespace spec {
namespace {

Mount plain(std::string_view directory) {
    return {.directory = std::string(directory), .vfs = "directory"};
}

Mount shared(std::string_view directory, std::string_view options) {
    return {.directory = std::string(directory),
            .vfs = "namefs",
            .dev = std::string(directory),
            .mountopts = std::string(options)};
}

// A view of its own over the newest generation: mkwpar writes down which that is.
Mount own_view(std::string_view directory) {
    return {.directory = std::string(directory), .vfs = "overlay", .dev = "generation"};
}

bool is_software(std::string_view directory) { return directory == "/usr" || directory == "/opt"; }

std::vector<Mount> layout(const Definition& definition) {
    std::vector<Mount> mounts;
    for (const auto directory : {"/", "/home", "/tmp", "/var"}) mounts.push_back(plain(directory));
    for (const auto directory : {"/usr", "/opt"})
        mounts.push_back(definition.own_userland()       ? plain(directory)
                         : definition.general.privateusr ? own_view(directory)
                                                         : shared(directory, "ro"));
    mounts.push_back(shared("/proc", "rw"));
    return mounts;
}

std::string implied_vfs(const Mount& mount) {
    if (!mount.host.empty()) return "nfs";
    if (names_generation(mount.dev)) return "namefs";
    if (!mount.size.empty() || mount.dev.starts_with("/dev/")) return "jfs2";
    if (!mount.dev.empty()) return "namefs";
    return {};
}

void fill(Mount& mount, const Mount& from) {
    for (const auto& attribute : attributes<Mount>()) {
        const auto field = std::get<std::string Mount::*>(attribute.field);
        if ((mount.*field).empty()) mount.*field = from.*field;
    }
}

}  // namespace

Definition with_default_mounts(Definition definition) {
    auto& mounts = definition.mounts;
    for (auto& mount : mounts)
        if (mount.vfs.empty()) mount.vfs = implied_vfs(mount);
    if (!definition.system()) return definition;
    for (auto& mount : mounts)
        if (mount.vfs == "overlay" && mount.dev.empty() && is_software(mount.directory))
            mount.dev = own_view({}).dev;
    for (const auto& usual : layout(definition)) {
        const auto given = std::find_if(mounts.begin(), mounts.end(), [&](const Mount& mount) {
            return mount.directory == usual.directory;
        });
        if (given == mounts.end())
            mounts.push_back(usual);
        else if (given->vfs.empty())
            fill(*given, usual);
    }
    for (auto& mount : mounts)
        if (mount.vfs.empty()) mount.vfs = "directory";
    std::stable_sort(mounts.begin(), mounts.end(), [](const Mount& one, const Mount& other) {
        return one.directory < other.directory;
    });
    return definition;
}

bool is_usual_directory(std::string_view directory) {
    const auto usual = layout({});
    return std::any_of(usual.begin(), usual.end(),
                       [&](const Mount& mount) { return mount.directory == directory; });
}

Definition without_default_mounts(Definition definition) {
    if (!definition.system()) return definition;
    const auto usual = layout(definition);
    std::erase_if(definition.mounts, [&](const Mount& mount) {
        return std::find(usual.begin(), usual.end(), mount) != usual.end();
    });
    return definition;
}

}  // namespace spec
