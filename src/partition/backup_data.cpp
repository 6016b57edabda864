#include "partition/backup_data.h"

#include <sys/utsname.h>
#include <sys/statvfs.h>

#include "os/process.h"
#include "partition/storage.h"
#include "spec/file.h"

namespace partition {
namespace {

constexpr std::uint64_t block = 512;  // AIX counts in these

void line(std::string& text, std::string_view key, std::string_view value) {
    text += cat("\t", key, "= ", value, "\n");
}

std::string uname_text() {
    struct utsname found = {};
    (void)::uname(&found);
    return cat(found.sysname, " ", found.nodename, " ", found.release, " ", found.machine);
}

// Sizes where it is mounted now; 0 where nothing is.
void add_file_system(std::string& text, const spec::Definition& definition,
                     const filesystem::FileSystem& one) {
    struct statvfs found = {};
    const auto path = global_path(definition, one.directory);
    const bool known = ::statvfs(path.c_str(), &found) == 0;
    const auto size = known ? found.f_blocks * found.f_frsize : 0;
    const auto used = known ? (found.f_blocks - found.f_bfree) * found.f_frsize : 0;
    const auto volume = filesystem::logical_volume(one);
    text += "\nlv_data:\n";
    line(text, "VOLUME_GROUP", one.volume_group);
    line(text, "LOGICAL_VOLUME", volume);
    line(text, "TYPE", filesystem::kernel_name(one.type));
    line(text, "LV_SOURCE_DISK_LIST", one.device);
    text += "\nfs_data:\n";
    line(text, "FS_NAME", one.directory);
    line(text, "FS_SIZE", std::to_string(size / block));
    line(text, "FS_MIN_SIZE", std::to_string(used / block));
    line(text, "FS_LV", filesystem::backing(one));
}

Result<std::string> image_data(const spec::Definition& definition) {
    std::string text = "image_data:\n";
    line(text, "IMAGE_TYPE", "pax");
    line(text, "UNAME_INFO", uname_text());
    line(text, "WPARNAME", definition.name());
    text += "\nlogical_volume_policy:\n";
    line(text, "SHRINK", "no");
    line(text, "EXACT_FIT", "no");
    for (const auto& one : TRY(file_systems(definition)))
        if (filesystem::on_disk(one.type)) add_file_system(text, definition, one);
    return text;
}

Result<std::string> packages() {
    const auto found = os::run(
        {.arguments = {"dpkg-query", "-W", "-f", "${Package} ${Version} ${Architecture}\n"},
         .output_limit = std::size_t{16} << 20});
    if (!found && found.error().kind == Kind::missing) return std::string();
    if (!found) return found.error();
    return found->output;
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
    line(text, "STILL", std::to_string(facts.still));
    line(text, "ARCHITECTURE", machine.machine);
    line(text, "BASE", facts.base_digest);
    line(text, "CORRAL", CORRAL_VERSION);
    text += "\npackages:\n";
    const auto list = TRY(packages());
    for (const auto& package : split(list, '\n'))
        if (!package.empty()) text += cat("\t", package, "\n");
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

Result<std::vector<pack::Front>> backup_front(const spec::Definition& definition,
                                              const BackupFacts& facts) {
    return std::vector<pack::Front>{
        {".savewpar_dir/wpar.spec", spec::write_specification(definition)},
        {".savewpar_dir/image.data", TRY(image_data(definition))},
        {".savewpar_dir/backup.data", TRY(backup_data(definition, facts))}};
}

}  // namespace partition
