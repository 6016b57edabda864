#include "filesystem/file_system.h"

#include <array>

#include "base/options.h"

namespace filesystem {
namespace {

struct Word {
    std::string_view vfs;
    Type type;
};
constexpr std::array vfs_words = {
    Word{"directory", Type::directory},
    Word{"namefs", Type::bind},
    Word{"bind", Type::bind},
    Word{"jfs2", Type::ext4},
    Word{"jfs", Type::ext4},
    Word{"ext4", Type::ext4},
    Word{"xfs", Type::xfs},
    Word{"btrfs", Type::btrfs},
    Word{"nfs", Type::nfs},
    Word{"tmpfs", Type::tmpfs},
    Word{"overlay", Type::overlay},
};

bool is_plain(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '.' || letter == '_' || letter == '+';
}

// A mount point as one word, different for different mount points: "/var/log" is "var-log"; what is
// not plain becomes MARKxx. "/" is "root", so "/root" has its first letter marked.
std::string as_word(std::string_view directory, char mark) {
    constexpr std::string_view hex = "0123456789abcdef";
    if (directory == "/") return "root";
    std::string word;
    for (const char letter : directory.substr(1)) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool clash = word.empty() && (letter == '.' || directory == "/root");
        if (letter == '/')
            word += '-';
        else if (is_plain(letter) && letter != mark && !clash)
            word += letter;
        else
            word += {mark, hex[byte >> 4], hex[byte & 15]};
    }
    return word;
}

}  // namespace

std::optional<Type> type_of(std::string_view vfs) {
    for (const auto& word : vfs_words)
        if (word.vfs == vfs) return word.type;
    return std::nullopt;
}

std::string_view kernel_name(Type type) {
    switch (type) {
        case Type::ext4:
            return "ext4";
        case Type::xfs:
            return "xfs";
        case Type::btrfs:
            return "btrfs";
        case Type::nfs:
            return "nfs";
        case Type::tmpfs:
            return "tmpfs";
        case Type::overlay:
            return "overlay";
        case Type::directory:
        case Type::bind:
            break;
    }
    return "none";
}

bool on_disk(Type type) { return type == Type::ext4 || type == Type::xfs || type == Type::btrfs; }

bool is_made(Type type) { return on_disk(type) || type == Type::overlay; }

std::optional<FileSystem> disk_of(const FileSystem& wanted) {
    if (on_disk(wanted.type)) return wanted;
    if (wanted.type != Type::overlay || wanted.size == 0) return std::nullopt;
    FileSystem disk;
    disk.wpar = wanted.wpar;
    disk.directory = wanted.directory;
    disk.type = Type::ext4;
    disk.size = wanted.size;
    disk.volume_group = wanted.volume_group;
    disk.store = wanted.store;
    return disk;
}

// lvm(8) allows letters, digits and "+_.-" in a name; '+' marks here.
std::string logical_volume(const FileSystem& wanted) {
    if (!on_disk(wanted.type) || wanted.volume_group.empty() || !wanted.device.empty()) return {};
    return cat(wanted.wpar, "_", as_word(wanted.directory, '+'));
}

Volume volume_of(const FileSystem& wanted) {
    auto place = volume_place(wanted.volume_group);
    return {std::move(place.group), std::move(place.pool), logical_volume(wanted), size_of(wanted)};
}

std::uint64_t size_of(const FileSystem& wanted) {
    return wanted.size == 0 ? default_size : wanted.size;
}

bool is_image(const FileSystem& wanted) {
    return on_disk(wanted.type) && wanted.device.empty() && wanted.volume_group.empty();
}

bool is_read_only(const FileSystem& wanted) { return has_option(wanted.options, "ro"); }

std::string backing(const FileSystem& wanted) {
    const auto named = [&](std::string_view ending) {
        return cat(wanted.store, "/", wanted.wpar, "/", as_word(wanted.directory, '%'), ending);
    };
    if (wanted.type == Type::overlay) return named(".overlay");
    if (!on_disk(wanted.type)) return {};
    if (!wanted.device.empty()) return wanted.device;
    if (!wanted.volume_group.empty()) return device_of(volume_of(wanted));
    return named(".img");
}

}  // namespace filesystem
