#include "partition/copies/backup_data.h"

#include <sys/statvfs.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>

#include "generation/packages.h"
#include "generation/store.h"
#include "os/dir.h"
#include "partition/generations.h"
#include "partition/storage.h"
#include "spec/file.h"
#include "spec/generation.h"

namespace partition::copies {
namespace {

constexpr std::size_t most_status = std::size_t{64} << 20;
constexpr std::uint64_t block = 512;  // AIX counts in these

void line(std::string& text, std::string_view key, std::string_view value) {
    text += cat("\t", key, "= ", value, "\n");
}

// What lies on an image or a named device has the name that a logical volume would have.
std::string volume_name(const filesystem::FileSystem& one) {
    auto found = filesystem::logical_volume(one);
    if (!found.empty()) return found;
    auto name = one.directory == "/" ? std::string() : one.directory;
    std::replace(name.begin(), name.end(), '/', '_');
    return cat(one.wpar, name);
}

std::string uname_text() {
    struct utsname found = {};
    (void)::uname(&found);
    return cat(found.sysname, " ", found.nodename, " ", found.release, " ", found.machine);
}

// The size that it was given, and the least that holds what is in it now.
Result<void> add_file_system(std::string& text, const spec::Definition& definition,
                             const filesystem::FileSystem& one) {
    struct statvfs found = {};
    const auto path = global_path(definition, one.directory);
    if (::statvfs(path.c_str(), &found) != 0) return Error::os(errno, "statvfs", path);
    const auto used = (found.f_blocks - found.f_bfree) * found.f_frsize;
    const auto size =
        one.device.empty() ? filesystem::size_of(one) : found.f_blocks * found.f_frsize;
    const auto least = std::min(size, filesystem::size_for(one, used));
    const auto volume = volume_name(one);
    text += "\nlv_data:\n";
    line(text, "VOLUME_GROUP", one.volume_group);
    line(text, "LOGICAL_VOLUME", volume);
    line(text, "TYPE", filesystem::kernel_name(one.type));
    text += "\nfs_data:\n";
    line(text, "FS_NAME", one.directory);
    line(text, "FS_SIZE", std::to_string(size / block));
    line(text, "FS_MIN_SIZE", std::to_string((least + block - 1) / block));
    line(text, "FS_LV", cat("/dev/", volume));
    return {};
}

}  // namespace

Result<std::string> image_data(const spec::Definition& definition) {
    std::string text = "image_data:\n";
    line(text, "IMAGE_TYPE", "pax");
    line(text, "UNAME_INFO", uname_text());
    line(text, "WPARNAME", definition.name());
    text += "\nlogical_volume_policy:\n";
    line(text, "SHRINK", "no");
    line(text, "EXACT_FIT", "no");
    for (const auto& one : TRY(file_systems(definition)))
        if (filesystem::on_disk(one.type)) TRY(add_file_system(text, definition, one));
    return text;
}

namespace {

// By these it is known elsewhere whether there is one with the same software.
Result<void> add_generations(std::string& text, const spec::Definition& definition) {
    text += "\ngenerations:\n";
    for (const auto number : spec::generations_of(definition)) {
        const auto record = TRY(generation::load(generation_site(), number));
        line(text, std::to_string(number), cat(record.package_digest, " ", record.content_digest));
    }
    return {};
}

Result<std::string> backup_data(const spec::Definition& definition, const BackupFacts& facts) {
    struct utsname machine = {};
    (void)::uname(&machine);
    std::string text = "backup:\n";
    line(text, "VERSION", std::to_string(backup_version));
    line(text, "DATE", std::to_string(facts.time));
    line(text, "WPAR", definition.name());
    line(text, "UUID", definition.general.uuid);
    line(text, "GRADE", word(facts.grade));
    line(text, "STILL", std::to_string(facts.still.count()));
    line(text, "ARCHITECTURE", machine.machine);
    line(text, "BASE", facts.base_digest);
    line(text, "CORRAL", CORRAL_VERSION);
    TRY(add_generations(text, definition));
    text += "\npackages:\n";
    for (const auto& package : TRY(present_packages())) text += cat("\t", package, "\n");
    return text;
}

}  // namespace

std::string_view word(Grade grade) {
    switch (grade) {
        case Grade::cold:
            return "cold";
        case Grade::snapshot:
            return "snapshot";
        case Grade::frozen:
            return "frozen";
        case Grade::fuzzy:
            break;
    }
    return "fuzzy";
}

Result<std::vector<std::string>> present_packages() {
    const auto status = os::read_file("/var/lib/dpkg/status", most_status);
    std::vector<std::string> lines;
    if (!status && status.error().kind == Kind::missing) return lines;
    if (!status) return status.error();
    for (const auto& [name, version] : generation::packages_of(*status))
        lines.push_back(cat(name, " ", version));
    return lines;
}

Result<std::vector<pack::Front>> backup_front(const spec::Definition& definition,
                                              const BackupFacts& facts) {
    return std::vector<pack::Front>{
        {".savewpar_dir/wpar.spec", spec::write_specification(definition)},
        {".savewpar_dir/image.data", TRY(image_data(definition))},
        {".savewpar_dir/backup.data", TRY(backup_data(definition, facts))}};
}

}  // namespace partition::copies
