#include "partition/image_content.h"

#include <sys/stat.h>

#include <cerrno>

#include "filesystem/checks.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "os/mount_table.h"
#include "partition/content.h"
#include "partition/room.h"
#include "registry/ids.h"
#include "rootpart/fresh.h"
#include "rootpart/tree.h"
#include "spec/command.h"
#include "unpack/unpack.h"

namespace partition {
namespace {

Result<struct stat> stat_of(const std::string& image) {
    struct stat found = {};
    if (::stat(image.c_str(), &found) == 0) return found;
    return Error::os(errno, "image", image);
}

bool is_directory(const struct stat& found) { return S_ISDIR(found.st_mode); }

// A directory that holds a root, not parts of an image. Copied by code that follows no link and reads no format, so it
// needs no confined process.
Result<void> copy_root(const spec::Definition& definition) {
    const auto& image = definition.general.image;
    return rootpart::copy_tree(TRY(os::Dir::open(image)),
                               TRY(os::Dir::open(definition.directory())),
                               {.shown = image,
                                .stop = &os::interrupt_flag(),
                                .threads = 2,
                                .ids = registry::ids_per_wpar});
}

Result<void> check_overlap(const spec::Definition& definition) {
    const auto& image = definition.general.image;
    const auto base = definition.directory();
    if (image != base && !os::is_below(image, base) && !os::is_below(base, image)) return {};
    return Error{Kind::invalid, cat("image '", printable(image), "' and base directory '", base,
                                    "' hold one another")};
}

Result<unpack::Image> unpack_image(const spec::Definition& definition, bool only_look,
                                   const Observer& observer) {
    return unpack::run({.image = only_look ? std::string() : definition.general.image,
                        .target = definition.directory(),
                        .ids = {definition.general.idbase, registry::ids_per_wpar},
                        .digest = only_look ? std::string() : definition.general.imagedigest},
                       [&](std::string_view member) { observer.tell(cat("x ", member)); });
}

// What the administrator wrote into a specification file counts more than what the image says.
void record(spec::Definition& definition, const unpack::Image& image) {
    auto& general = definition.general;
    general.ostype = image.ostype;
    if (!image.digest.empty()) general.imagedigest = image.digest;
    if (general.imagecommand.empty()) general.imagecommand = spec::command_line(image.command);
    if (general.imageenvironment.empty())
        general.imageenvironment = spec::command_line(image.environment);
    if (general.imagedirectory.empty()) general.imagedirectory = image.directory;
    if (general.imageuser.empty()) general.imageuser = image.user;
    if (!image.has_init) general.imageinit = true;
}

Result<void> check_init(const spec::Definition& definition) {
    if (!definition.general.imageinit || !definition.general.imagecommand.empty()) return {};
    return Error{Kind::missing,
                 cat("image '", printable(definition.general.image),
                     "' has no /sbin/init and names no command; a system workload partition needs "
                     "a first process: install one (systemd-sysv, sysvinit-core, busybox)")};
}

void tell_left_out(const unpack::Image& image, const Observer& observer) {
    if (image.devices > 0)
        observer.tell_detail(cat("left out: ", image.devices, " device nodes and sockets"));
}

}  // namespace

Result<void> check_image(const spec::Definition& definition) {
    const auto& path = definition.general.image;
    const auto found = TRY(stat_of(path));
    if (!is_directory(found))
        return check_fits(definition, {static_cast<std::uint64_t>(found.st_blocks) * 512, 1});
    TRY(check_overlap(definition));
    const auto size = TRY(rootpart::measure_tree(TRY(os::Dir::open(path))));
    return check_fits(definition, {size.bytes, size.files});
}

Result<void> fill_from_image(spec::Definition& definition, const Observer& observer) {
    const auto& path = definition.general.image;
    const bool is_root = is_directory(TRY(stat_of(path))) && !unpack::is_layout(path);
    if (is_root) TRY(check_overlap(definition));
    if (is_root) TRY(copy_root(definition).within("copy image"));
    const auto image =
        TRY(unpack_image(definition, is_root, observer).within("image '", printable(path), "'"));
    record(definition, image);
    TRY(check_init(definition));
    tell_left_out(image, observer);
    return rootpart::make_own(TRY(os::Dir::open("/")), TRY(os::Dir::open(definition.directory())),
                              population(definition));
}

}  // namespace partition
