#include "filesystem/volume.h"

#include "filesystem/make.h"
#include "os/process.h"

namespace filesystem {
namespace {

std::string full_name(const Volume& volume) { return cat(volume.group, "/", volume.name); }

Result<void> run(std::vector<std::string> command) {
    const auto done = os::run_ok({.arguments = std::move(command)});
    if (!done) return done.error();
    return {};
}

}  // namespace

Result<void> check_volume(const Volume& wanted) {
    TRY(need_program("lvcreate", "lvm2"));
    const auto asked = TRY(os::run({.arguments = {"vgs", "--noheadings", "--nosuffix", "--units",
                                                  "b", "-o", "vg_free", "--", wanted.group}}));
    if (asked.status != 0)
        return Error{Kind::missing, cat("volume group '", wanted.group, "': ", trim(asked.errors))};
    const auto free = to_number(trim(asked.output));
    if (free && *free < wanted.size)
        return Error{Kind::full, cat("volume group '", wanted.group, "' has ", *free,
                                     " bytes left; '", wanted.name, "' needs ", wanted.size)};
    return {};
}

bool volume_exists(const Volume& wanted) {
    const auto asked =
        os::run({.arguments = {"lvs", "--noheadings", "-o", "lv_name", "--", full_name(wanted)}});
    return asked && asked->status == 0;
}

Result<void> make_volume(const Volume& wanted) {
    TRY(need_program("lvcreate", "lvm2"));
    if (volume_exists(wanted))
        return Error{Kind::exists, cat("logical volume '", full_name(wanted), "' exists already")};
    // old signatures are wiped, and the start zeroed, without asking
    return run({"lvcreate", "--quiet", "--yes", "--wipesignatures", "y", "--zero", "y", "--name",
                wanted.name, "--size", cat(wanted.size, "b"), "--", wanted.group});
}

Result<void> remove_volume(const Volume& wanted) {
    TRY(need_program("lvremove", "lvm2"));
    if (!volume_exists(wanted)) return {};
    return run({"lvremove", "--quiet", "--yes", "--", full_name(wanted)});
}

}  // namespace filesystem
