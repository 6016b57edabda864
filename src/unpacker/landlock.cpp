#include "unpacker/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/fd.h"

namespace unpacker {
namespace {

constexpr std::uint64_t needed = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
                                 LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                 LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER;
constexpr std::uint64_t denied = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SOCK;

// The first version could not tell hard links into other directories, and denied them all.
bool is_usable() {
    constexpr long with_refer = 2;
    return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) >=
           with_refer;
}

}  // namespace

Result<void> restrict_files() {
    if (!is_usable()) return {};
    landlock_ruleset_attr rules = {};
    rules.handled_access_fs = needed | denied;
    const UniqueFd set(
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0)));
    if (!set) return Error::os(errno, "landlock", "rules");
    const UniqueFd top(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    landlock_path_beneath_attr below = {needed, top.get()};
    if (!top ||
        ::syscall(SYS_landlock_add_rule, set.get(), LANDLOCK_RULE_PATH_BENEATH, &below, 0) != 0)
        return Error::os(errno, "landlock", "/");
    if (::syscall(SYS_landlock_restrict_self, set.get(), 0) == 0) return {};
    return Error::os(errno, "landlock", "self");
}

}  // namespace unpacker
