#include "filesystem/make.h"

#include <algorithm>
#include <array>

#include "os/dir.h"
#include "os/process.h"

namespace filesystem {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

struct Maker {
    Type type;
    std::string_view program;
    std::string_view package;
    std::uint64_t least;
    std::size_t label_limit;  // bytes; longer ones are an error for mkfs
};
constexpr std::array makers = {
    Maker{Type::ext4, "mkfs.ext4", "e2fsprogs", 8 * mebibyte, 16},
    Maker{Type::xfs, "mkfs.xfs", "xfsprogs", 300 * mebibyte, 12},
    Maker{Type::btrfs, "mkfs.btrfs", "btrfs-progs", 114 * mebibyte, 255},
};

constexpr std::string_view prezeroed = "nodiscard,assume_storage_prezeroed=1";
constexpr std::string_view lazy = "lazy_itable_init=1";

const Maker& maker_of(Type type) {
    const auto* found = std::find_if(makers.begin(), makers.end(),
                                     [type](const Maker& maker) { return maker.type == type; });
    return found == makers.end() ? makers.front() : *found;
}

void append(std::vector<std::string>& to, std::initializer_list<const char*> more) {
    to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

Result<void> need_program(std::string_view program, std::string_view package) {
    for (const auto* place : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/", "/usr/local/sbin/"})
        if (os::exists(cat(place, program))) return {};
    return Error{Kind::missing,
                 cat("program '", program, "' is missing; install package ", package)}
        .explained_by(checks::programs);
}

Result<void> check_maker(Type type) {
    const auto& maker = maker_of(type);
    return need_program(maker.program, maker.package)
        .within("to make a file system of type ", kernel_name(type));
}

std::uint64_t least_size(Type type) { return maker_of(type).least; }

// As their mkfs programs lay them out: mke2fs.conf(5) ("small" below 512 MB), the log of mkfs.xfs, the chunks of btrfs.
std::uint64_t overhead(Type type, std::uint64_t size) {
    switch (type) {
        case Type::xfs:
            return 64 * mebibyte + size / 50;
        case Type::btrfs:
            return 16 * mebibyte + size / 10;
        default: {
            const auto journal = size < 128 * mebibyte ? 4 : size < 1024 * mebibyte ? 16 : 64;
            const auto inodes = size < 512 * mebibyte ? size / 15 : size / 60;
            return static_cast<std::uint64_t>(journal) * mebibyte + inodes;
        }
    }
}

std::string label_of(const FileSystem& wanted) {
    return cat(wanted.wpar, wanted.directory).substr(0, maker_of(wanted.type).label_limit);
}

std::vector<std::string> maker_command(const FileSystem& wanted, const Place& place) {
    const auto& maker = maker_of(wanted.type);
    std::vector<std::string> command = {std::string(maker.program), "-q"};
    switch (wanted.type) {
        case Type::xfs:
            append(command, {"-f"});
            if (place.zeroed) append(command, {"-K"});
            break;
        case Type::btrfs:
            append(command, {"-f", "-m", "single"});
            if (place.zeroed) append(command, {"-K"});
            break;
        default:
            // no blocks kept for root: whoever could use them inside is the WPAR's own
            append(command, {"-F", "-m", "0", "-E"});
            command.emplace_back(place.zeroed ? prezeroed : lazy);
            if (!wanted.journal) append(command, {"-O", "^has_journal"});
    }
    append(command, {"-L"});
    command.push_back(label_of(wanted));
    for (auto& word : words(wanted.make_options)) command.push_back(std::move(word));
    command.push_back(place.path);
    return command;
}

Result<void> make_file_system(const FileSystem& wanted, const Place& place) {
    auto command = maker_command(wanted, place);
    auto made = os::run_ok({.arguments = command});
    if (!made && made.error().text.find("assume_storage_prezeroed") != std::string::npos) {
        // e2fsprogs before 1.47 does not know it
        std::replace(command.begin(), command.end(), std::string(prezeroed), std::string(lazy));
        made = os::run_ok({.arguments = command});
    }
    if (!made) return made.error();
    return {};
}

}  // namespace filesystem
