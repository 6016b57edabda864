#include "doctor/space.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <map>

#include "os/dir.h"
#include "partition/storage.h"
#include "registry/paths.h"

namespace doctor {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20;
constexpr std::uint64_t scarce_percent = 5;
constexpr std::uint64_t scarce_bytes = 64 * mebibyte;
constexpr std::uint64_t no_bytes = 1 * mebibyte;
constexpr std::uint64_t no_files = 100;

using Volumes = std::map<dev_t, Volume>;

void add(Volumes& volumes, std::string path, const std::string& user) {
    while (path.size() > 1 && !os::exists(path))
        path.resize(std::max<std::size_t>(path.rfind('/'), 1));
    struct stat place = {};
    struct statvfs found = {};
    if (::stat(path.c_str(), &place) != 0 || ::statvfs(path.c_str(), &found) != 0) return;
    auto& volume = volumes[place.st_dev];
    if (std::find(volume.paths.begin(), volume.paths.end(), path) == volume.paths.end())
        volume.paths.push_back(path);
    // only what is a WPAR's alone bears its name
    if (volume.paths.size() == 1) volume.user = user;
    volume.bytes = static_cast<std::uint64_t>(found.f_blocks) * found.f_frsize;
    volume.free_bytes = static_cast<std::uint64_t>(found.f_bavail) * found.f_frsize;
    volume.files = found.f_files;
    volume.free_files = found.f_favail;
    volume.read_only = (found.f_flag & ST_RDONLY) != 0;
}

void add_file_systems(Volumes& volumes, const Known& known) {
    const auto all = partition::file_systems(*known.definition);
    for (const auto& one : all ? *all : std::vector<filesystem::FileSystem>{}) {
        const auto disk = filesystem::disk_of(one);
        if (!disk) continue;
        if (known.alive.any() && filesystem::on_disk(one.type))
            add(volumes, partition::global_path(*known.definition, one.directory), known.name);
        struct stat image = {};
        if (::stat(filesystem::backing(*disk).c_str(), &image) != 0 || !S_ISREG(image.st_mode))
            continue;
        const auto size = static_cast<std::uint64_t>(image.st_size);
        const auto used = static_cast<std::uint64_t>(image.st_blocks) * 512;
        if (const auto on = volumes.find(image.st_dev); on != volumes.end() && size > used)
            on->second.promised += size - used;
    }
}

std::string name_of(const Volume& volume) {
    std::vector<std::string> shown;
    for (const auto& path : volume.paths) shown.push_back(printable(path));
    const auto where = join(shown, ", ");
    return volume.user.empty() ? where : cat(where, " (workload partition ", volume.user, ")");
}

std::string amount(std::uint64_t bytes) {
    return bytes >= 10240 * mebibyte ? cat(bytes / (1024 * mebibyte), " GB")
                                     : cat(bytes / mebibyte, " MB");
}

std::string more(const Volume& volume) {
    return volume.user.empty()
               ? cat("remove what is not needed: du -x ", shell_word(volume.paths[0]))
               : cat("make it larger, or remove what is not needed: clogin ", volume.user,
                     " df -h");
}

void judge(const Volume& volume, Report& report) {
    const auto name = name_of(volume);
    const auto& subject = volume.user.empty() ? volume.paths.front() : volume.user;
    // what fills a WPAR's own file system is its own trouble
    const auto none = volume.user.empty() ? Severity::error : Severity::warning;
    if (volume.read_only)
        report.add({none, cat(name, ": the file system is read-only"),
                    cat("look for the cause with dmesg, then: mount -o remount,rw ",
                        shell_word(volume.paths[0])),
                    subject});
    const bool few =
        volume.free_bytes < std::min(scarce_bytes, volume.bytes * scarce_percent / 100);
    if (volume.free_bytes < std::min(no_bytes, volume.bytes / 2))
        report.add({none, cat(name, ": no space left"), more(volume), subject});
    else if (few)
        report.add({Severity::warning, cat(name, ": only ", amount(volume.free_bytes), " left"),
                    more(volume), subject});
    if (volume.files != 0 && volume.free_files < std::min(no_files, volume.files / 2))
        report.add(
            {none, cat(name, ": no inodes left"), "remove files that are not needed", subject});
    else if (volume.files != 0 && volume.free_files < volume.files * scarce_percent / 100)
        report.add({Severity::warning,
                    cat(name, ": only ", volume.free_files, " inodes left of ", volume.files),
                    "remove files that are not needed", subject});
    if (volume.promised > volume.free_bytes)
        report.add({Severity::note,
                    cat(name, ": images may still grow by ", amount(volume.promised), ", but only ",
                        amount(volume.free_bytes), " are left"),
                    {},
                    subject});
}

}  // namespace

Report judge_space(const std::vector<Volume>& volumes) {
    Report report;
    std::vector<std::string> shown;
    for (const auto& volume : volumes) {
        judge(volume, report);
        shown.push_back(cat(name_of(volume), " ", amount(volume.free_bytes)));
    }
    report.state = cat("free: ", join(shown, "; "));
    return report;
}

Report look_at_space(const Survey& survey) {
    Volumes volumes;
    for (const auto path : {registry::paths::definitions, registry::paths::storage,
                            registry::paths::base, registry::paths::runtime})
        add(volumes, std::string(path), {});
    for (const auto& known : survey.wpars)
        if (known.system()) add_file_systems(volumes, known);
    std::vector<Volume> list;
    for (auto& [device, volume] : volumes) list.push_back(std::move(volume));
    return judge_space(list);
}

}  // namespace doctor
