#include "os/superblock.h"

#include <fcntl.h>
#include <sys/mount.h>

#include <array>
#include <cerrno>

namespace os {
namespace {

struct Attribute {
    std::string_view option;
    std::uint64_t set;
    std::uint64_t cleared;
};
constexpr std::array attributes = {
    Attribute{"nosuid", MOUNT_ATTR_NOSUID, 0},
    Attribute{"suid", 0, MOUNT_ATTR_NOSUID},
    Attribute{"nodev", MOUNT_ATTR_NODEV, 0},
    Attribute{"dev", 0, MOUNT_ATTR_NODEV},
    Attribute{"noexec", MOUNT_ATTR_NOEXEC, 0},
    Attribute{"exec", 0, MOUNT_ATTR_NOEXEC},
    Attribute{"noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME},
    Attribute{"relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME},
    Attribute{"strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
    Attribute{"nodiratime", MOUNT_ATTR_NODIRATIME, 0},
    Attribute{"nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0},
    Attribute{"rw", 0, MOUNT_ATTR_RDONLY},
    Attribute{"defaults", 0, 0},
};

const Attribute* find_attribute(std::string_view option) {
    for (const auto& attribute : attributes)
        if (attribute.option == option) return &attribute;
    return nullptr;
}

// "e ext4: bad option": the context's log, one message to a read.
std::string last_words(int context) {
    std::string said;
    std::array<char, 1024> line = {};
    for (;;) {
        const auto got = ::read(context, line.data(), line.size());
        if (got <= 2) return said;
        const auto message =
            trim(std::string_view(line.data(), static_cast<std::size_t>(got)).substr(2));
        said = cat(said, said.empty() ? "" : "; ", printable(message));
    }
}

Error explained(int number, const SuperblockCall& call, int context, std::string_view what) {
    auto error = Error::os(number, "mount", call.source);
    const auto said = last_words(context);
    if (!said.empty()) error.text = cat(error.text, ": ", said);
    if (number == ENODEV)
        error.text = cat("this kernel does not know file system type '", call.type, "' (ENODEV)");
    return error.within(cat(call.type, what));
}

Result<void> set_option(int context, const SuperblockCall& call, const std::string& option) {
    const auto equals = option.find('=');
    const auto key = option.substr(0, equals);
    const int done =
        equals == std::string::npos
            ? ::fsconfig(context, FSCONFIG_SET_FLAG, key.c_str(), nullptr, 0)
            : ::fsconfig(context, FSCONFIG_SET_STRING, key.c_str(), option.c_str() + equals + 1, 0);
    if (done == 0) return {};
    return explained(errno, call, context, cat(" option '", option, "'"));
}

// The file system's own options go to it; the mount's are gathered.
Result<std::uint64_t> configure(int context, const SuperblockCall& call) {
    auto wanted = call.attributes;
    for (const auto& option : split(call.options, ',')) {
        if (option.empty()) continue;
        if (const auto* known = find_attribute(option)) {
            wanted = (wanted & ~known->cleared) | known->set;
            continue;
        }
        if (option == "ro") wanted |= MOUNT_ATTR_RDONLY;  // of the file system, too
        TRY(set_option(context, call, option));
    }
    return wanted | call.attributes;
}

}  // namespace

Result<UniqueFd> mount_detached(const SuperblockCall& call) {
    UniqueFd context(::fsopen(call.type.c_str(), FSOPEN_CLOEXEC));
    if (!context) return explained(errno, call, -1, "");
    if (::fsconfig(context.get(), FSCONFIG_SET_STRING, "source", call.source.c_str(), 0) != 0)
        return explained(errno, call, context.get(), " source");
    const auto wanted = TRY(configure(context.get(), call));
    if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
        return explained(errno, call, context.get(), "");
    UniqueFd mount(::fsmount(context.get(), FSMOUNT_CLOEXEC, static_cast<unsigned>(wanted)));
    if (!mount) return explained(errno, call, context.get(), "");
    return mount;
}

Result<void> change_options(int directory, const std::string& options, const std::string& shown) {
    const UniqueFd context(::fspick(directory, "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC));
    if (!context) return Error::os(errno, "fspick", shown);
    const SuperblockCall call = {.type = "options of", .source = shown, .options = options};
    TRY(configure(context.get(), call));
    if (::fsconfig(context.get(), FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0) == 0) return {};
    return explained(errno, call, context.get(), "");
}

Result<void> attach_mount(int mount, int directory, const std::string& shown) {
    if (::move_mount(mount, "", directory, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) ==
        0)
        return {};
    return Error::os(errno, "mount on", shown);
}

}  // namespace os
