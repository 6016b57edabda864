// Any bytes as what a backup says of itself (backup.data, image.data), as a line of its manifest on this side, and as what
// the two programs about backups are told and tell: nothing may crash, and what is accepted is what it claims to be.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pack/request.h"
#include "partition/copies/backup_names.h"
#include "partition/copies/backup_record.h"
#include "spec/image_data.h"
#include "spec/values.h"
#include "unpack/mend.h"

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

void read_as_record(std::string_view text) {
    (void)partition::copies::host_in(text);
    const auto record = partition::copies::parse_backup_data(text);
    if (!record) return;
    must(record->version >= 1 && record->version <= partition::copies::backup_version);
    for (const auto& one : record->generations)
        must(one.number > 0 && !one.packages.empty() && !one.content.empty());
    for (const auto& one : record->packages) must(words(one).size() >= 2);
}

void read_as_file_systems(std::string_view text) {
    for (const bool shrink : {false, true}) {
        const auto mounts =
            spec::parse_image_data({.text = text, .file_name = "image.data", .shrink = shrink});
        if (!mounts) continue;
        for (const auto& mount : *mounts) must(static_cast<bool>(spec::parse_amount(mount.size)));
    }
}

void read_as_mend(std::string_view text) {
    const auto mend = unpack::parse_mend(std::string(text));
    if (!mend) return;
    const auto again = unpack::parse_mend(unpack::write(*mend));
    must(again && unpack::write(*again) == unpack::write(*mend));
    for (const auto& part : split(mend->path, '/')) must(part != "..");
    must(!mend->path.starts_with('/'));
}

void read_as_request(std::string_view text) {
    const auto request = pack::parse(text);
    if (!request) return;
    const auto again = pack::parse(pack::write(*request));
    must(again && *again == *request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_as_record(text);
    read_as_file_systems(text);
    (void)partition::copies::parse_name(text);
    read_as_mend(text);
    read_as_request(text);
    return 0;
}
