#include "filesystem/loop.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "os/dir.h"

namespace filesystem {
namespace {

constexpr int loop_major = 7;
constexpr auto block_directory = "/sys/block";

// Where /dev is not the kernel's own devtmpfs, nobody made the node.
Result<UniqueFd> open_loop(int number) {
    const auto path = cat("/dev/loop", number);
    UniqueFd device(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!device && errno == ENOENT) {
        (void)::mknod(path.c_str(), S_IFBLK | 0600,
                      ::makedev(loop_major, static_cast<unsigned>(number)));
        device = UniqueFd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    }
    if (!device) return Error::os(errno, "open", path).explained_by(checks::loop);
    return device;
}

Result<int> free_number(int control) {
    const int number = ::ioctl(control, LOOP_CTL_GET_FREE);
    if (number < 0)
        return Error::os(errno, "find a free loop device", "/dev/loop-control")
            .explained_by(checks::loop);
    return number;
}

Result<UniqueFd> open_control() {
    UniqueFd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
    if (control) return control;
    auto error = Error::os(errno, "open", "/dev/loop-control");
    error.kind = Kind::unsupported;
    error.text += "; load the kernel's loop driver: modprobe loop";
    return error.explained_by(checks::loop);
}

loop_config configuration(int file, const LoopWish& wanted) {
    loop_config config = {};
    config.fd = static_cast<__u32>(file);
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO;  // not cached twice
    if (wanted.read_only) config.info.lo_flags |= LO_FLAGS_READ_ONLY;
    std::strncpy(reinterpret_cast<char*>(config.info.lo_file_name), wanted.backing.c_str(),
                 LO_NAME_SIZE - 1);
    return config;
}

int configure(int device, loop_config& config) {
    if (::ioctl(device, LOOP_CONFIGURE, &config) == 0) return 0;
    if (errno != EINVAL || (config.info.lo_flags & LO_FLAGS_DIRECT_IO) == 0) return errno;
    config.info.lo_flags &= ~static_cast<__u32>(LO_FLAGS_DIRECT_IO);  // that file cannot
    return ::ioctl(device, LOOP_CONFIGURE, &config) == 0 ? 0 : errno;
}

struct Backing {
    bool there = false;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::string path = {};
};

Backing identify(const std::string& path) {
    struct stat found = {};
    if (::stat(path.c_str(), &found) != 0) return {false, 0, 0, path};
    return {true, found.st_dev, found.st_ino, path};
}

std::string_view last_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::optional<loop_info64> status_of(const std::string& device) {
    const UniqueFd node(::open(cat("/dev/", device).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    loop_info64 info = {};
    if (!node || ::ioctl(node.get(), LOOP_GET_STATUS64, &info) != 0) return std::nullopt;
    return info;
}

// The path alone proves nothing: another mount namespace may have a file of the same name. The
// inode does.
bool is_on(const std::string& device, const Backing& backing) {
    const auto file = os::read_file(cat(block_directory, "/", device, "/loop/backing_file"), 8192);
    if (!file) return false;  // not bound to anything
    const auto name = file->substr(0, file->size() - (file->ends_with('\n') ? 1 : 0));
    if (!backing.there) return name == cat(backing.path, " (deleted)");
    if (last_name(name) != last_name(backing.path)) return false;
    const auto info = status_of(device);
    return info && info->lo_device == backing.device && info->lo_inode == backing.inode;
}

Result<void> detach(const std::string& path) {
    const UniqueFd device(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!device) return errno == ENOENT ? Result<void>() : Error::os(errno, "open", path);
    // still open elsewhere: the kernel sets autoclear instead. ENXIO: it was the last close just
    // now.
    if (::ioctl(device.get(), LOOP_CLR_FD) == 0 || errno == ENXIO) return {};
    return Error::os(errno, "free loop device", path);
}

}  // namespace

Result<Loop> attach_loop(const LoopWish& wanted) {
    const UniqueFd file(
        ::open(wanted.backing.c_str(), (wanted.read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC));
    if (!file) return Error::os(errno, "open image", wanted.backing);
    const auto control = TRY(open_control());
    constexpr int attempts = 64;  // each lost one was a race that another process won
    int problem = EBUSY;
    for (int attempt = 0; attempt < attempts && problem == EBUSY; ++attempt) {
        const auto number = TRY(free_number(control.get()));
        auto device = TRY(open_loop(number));
        auto config = configuration(file.get(), wanted);
        problem = configure(device.get(), config);
        if (problem == 0) return Loop{std::move(device), cat("/dev/loop", number)};
    }
    return Error::os(problem, "attach a loop device to", wanted.backing);
}

Result<std::vector<std::string>> list_loops(const std::string& backing) {
    std::vector<std::string> found;
    if (!os::exists(block_directory)) return found;
    const auto wanted = identify(backing);
    const auto all = TRY(os::Dir::open(block_directory));
    for (const auto& name : TRY(all.entries()))
        if (name.starts_with("loop") && is_on(name, wanted)) found.push_back(cat("/dev/", name));
    return found;
}

Result<std::vector<LoopUse>> loops_below(const std::string& folder) {
    std::vector<LoopUse> found;
    const auto home = identify(folder);
    if (!home.there || !os::exists(block_directory)) return found;
    for (const auto& name : TRY(TRY(os::Dir::open(block_directory)).entries())) {
        const auto file =
            os::read_file(cat(block_directory, "/", name, "/loop/backing_file"), 8192);
        if (!file || !file->starts_with(cat(folder, "/"))) continue;
        const auto info = status_of(name);
        if (info && info->lo_device == home.device)
            found.push_back({cat("/dev/", name), std::string(trim(*file))});
    }
    return found;
}

Result<void> refresh_loops(const std::string& backing) {
    for (const auto& path : TRY(list_loops(backing))) {
        const UniqueFd device(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!device || ::ioctl(device.get(), LOOP_SET_CAPACITY) != 0)
            return Error::os(errno, "size of loop device", path);
    }
    return {};
}

Result<void> detach_loops(const std::string& backing) {
    Result<void> first;
    for (const auto& path : TRY(list_loops(backing))) {
        auto done = detach(path);
        if (!done && first) first = std::move(done);
    }
    return first;
}

}  // namespace filesystem
