#include "filesystem/device.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <optional>

#include "filesystem/make.h"
#include "os/dir.h"
#include "os/mount_table.h"
#include "os/process.h"

namespace filesystem {
namespace {

std::optional<dev_t> number_of(const std::string& path) {
    struct stat found = {};
    if (::stat(path.c_str(), &found) != 0 || !S_ISBLK(found.st_mode)) return std::nullopt;
    return found.st_rdev;
}

std::string mounted_at(const std::string& number) {
    const auto table = os::mount_table();
    if (!table) return {};
    for (const auto& entry : *table)
        if (entry.device == number) return entry.point;
    return {};
}

bool is_swap(dev_t number) {
    const auto swaps = os::read_file("/proc/swaps");
    if (!swaps) return false;
    for (const auto& line : split(*swaps, '\n'))
        if (const auto parts = words(line); !parts.empty() && number_of(parts[0]) == number)
            return true;
    return false;
}

// "dm-0", "md127": who is built on it.
std::string holders_of(const std::string& number) {
    const auto holders = os::Dir::open(cat("/sys/dev/block/", number, "/holders"));
    const auto names = holders ? holders->entries() : std::vector<std::string>();
    return names ? join(*names, ", ") : std::string();
}

std::string user_of(dev_t device) {
    const auto number = cat(major(device), ":", minor(device));
    if (const auto point = mounted_at(number); !point.empty())
        return cat("is mounted on '", printable(point), "'; unmount it first");
    if (is_swap(device)) return "is swap space; swapoff frees it";
    if (const auto holders = holders_of(number); !holders.empty())
        return cat("is part of ", holders, " (lsblk shows it); name a device of its own");
    return "is in use by somebody who has it for himself alone; name a device that nobody uses";
}

std::string value_of(std::string_view exported, std::string_view key) {
    for (const auto& line : split(exported, '\n'))
        if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == '=')
            return line.substr(key.size() + 1);
    return {};
}

}  // namespace

Result<void> check_unused(const std::string& device) {
    struct stat found = {};
    if (::stat(device.c_str(), &found) != 0) return Error::os(errno, "dev", device);
    if (!S_ISBLK(found.st_mode))
        return Error{Kind::invalid, cat("dev='", printable(device), "' is not a block device")};
    const UniqueFd alone(::open(device.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
    if (alone) return {};
    const int number = errno;
    if (number != EBUSY) return Error::os(number, "dev", device);
    return Error{Kind::busy, cat("dev='", printable(device), "' ", user_of(found.st_rdev))};
}

Result<std::uint64_t> device_size(const std::string& device) {
    const UniqueFd opened(::open(device.c_str(), O_RDONLY | O_CLOEXEC));
    std::uint64_t size = 0;
    if (!opened || ::ioctl(opened.get(), BLKGETSIZE64, &size) != 0)
        return Error::os(errno, "size of", device);
    return size;
}

bool same_device(const std::string& one, const std::string& other) {
    const auto number = number_of(one);
    return number && number == number_of(other);
}

Result<Content> content_of(const std::string& path) {
    TRY(need_program("blkid", "util-linux"));
    const auto probed = TRY(os::run({.arguments = {"blkid", "-p", "-o", "export", "--", path}}));
    constexpr int nothing_found = 2;  // blkid(8), EXIT STATUS
    if (probed.status == nothing_found && trim(probed.output).empty()) return Content{};
    if (probed.status != 0)
        return Error{Kind::other, cat("blkid '", printable(path), "': ", trim(probed.errors))};
    Content found = {value_of(probed.output, "TYPE"), value_of(probed.output, "LABEL")};
    if (found.type.empty()) found.type = value_of(probed.output, "PTTYPE");
    if (found.type.empty()) found.type = "unknown";
    return found;
}

Result<void> wipe(const std::string& device) {
    TRY(need_program("wipefs", "util-linux"));
    TRY(os::run_ok({.arguments = {"wipefs", "--quiet", "--all", "--", device}}));
    return {};
}

}  // namespace filesystem
