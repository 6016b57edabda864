#include "launch/devices.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>

#include "os/namespace.h"
#include "os/superblock.h"

namespace launch {
namespace {

struct Node {
    const char* name;
    unsigned major;
    unsigned minor;
    unsigned group;
};
constexpr unsigned tty_group = 5;  // Debian's and everybody's
constexpr std::array nodes = {Node{"null", 1, 3, 0},    Node{"zero", 1, 5, 0},
                              Node{"full", 1, 7, 0},    Node{"random", 1, 8, 0},
                              Node{"urandom", 1, 9, 0}, Node{"tty", 5, 0, tty_group}};

struct Link {
    const char* name;
    const char* target;
};
constexpr std::array links = {Link{"ptmx", "pts/ptmx"}, Link{"fd", "/proc/self/fd"},
                              Link{"stdin", "/proc/self/fd/0"}, Link{"stdout", "/proc/self/fd/1"},
                              Link{"stderr", "/proc/self/fd/2"}};

constexpr std::array directories = {"pts", "shm", "mqueue"};

// The caller's umask must not decide about the mode of device files.
class NoMask {
  public:
    NoMask() : before_(::umask(0)) {}
    ~NoMask() { ::umask(before_); }
    NoMask(const NoMask&) = delete;
    NoMask& operator=(const NoMask&) = delete;

  private:
    mode_t before_;
};

Result<void> own(int tree, const std::string& name, const os::IdRange& owner, unsigned group) {
    if (owner.first == 0 && group == 0) return {};
    if (::fchownat(tree, name.c_str(), owner.first, owner.first + group, AT_SYMLINK_NOFOLLOW) == 0)
        return {};
    return Error::os(errno, "chown", cat("/dev/", name));
}

struct NodeCall {
    std::string name = {};
    mode_t mode = S_IFCHR | 0666;
    dev_t number = 0;
    unsigned group = 0;
};
Result<void> make_node(int tree, const NodeCall& call, const os::IdRange& owner) {
    if (::mknodat(tree, call.name.c_str(), call.mode, call.number) != 0)
        return Error::os(errno, "mknod", cat("/dev/", call.name));
    return own(tree, call.name, owner, call.group);
}

Result<void> make_parents(int tree, const std::string& name, const os::IdRange& owner) {
    for (auto slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
        const auto parent = name.substr(0, slash);
        if (::mkdirat(tree, parent.c_str(), 0755) == 0)
            TRY(own(tree, parent, owner, 0));
        else if (errno != EEXIST)
            return Error::os(errno, "mkdir", cat("/dev/", parent));
    }
    return {};
}

Result<void> export_device(int tree, const Device& device, const os::IdRange& owner) {
    struct stat found = {};
    if (::stat(device.source.c_str(), &found) != 0) return Error::os(errno, "stat", device.source);
    if (!S_ISCHR(found.st_mode) && !S_ISBLK(found.st_mode))
        return Error{Kind::invalid, cat("'", device.source, "' is not a device file")};
    if (!device.target.starts_with("/dev/") || device.target.find("..") != std::string::npos)
        return Error{Kind::invalid,
                     cat("device '", printable(device.target), "' is not below /dev")};
    const auto name = device.target.substr(5);
    TRY(make_parents(tree, name, owner));
    return make_node(tree, {name, (found.st_mode & S_IFMT) | device.mode, found.st_rdev, 0}, owner);
}

Result<void> fill(int tree, const DeviceTree& wanted) {
    const NoMask no_mask;
    for (const auto& node : nodes)
        TRY(make_node(tree,
                      {node.name, S_IFCHR | 0666, makedev(node.major, node.minor), node.group},
                      wanted.owner));
    for (const auto& link : links) {
        if (::symlinkat(link.target, tree, link.name) != 0)
            return Error::os(errno, "symlink", cat("/dev/", link.name));
        TRY(own(tree, link.name, wanted.owner, 0));
    }
    for (const auto* name : directories) {
        if (::mkdirat(tree, name, 0755) != 0) return Error::os(errno, "mkdir", cat("/dev/", name));
        TRY(own(tree, name, wanted.owner, 0));
    }
    for (const auto& device : wanted.extra) TRY(export_device(tree, device, wanted.owner));
    return {};
}

std::string options_of(const TerminalTree& wanted) {
    const auto limit = wanted.limit == 0 ? std::string() : cat(",max=", wanted.limit);
    return cat("ptmxmode=0666,mode=0620,gid=", tty_group, limit);
}

}  // namespace

Result<UniqueFd> make_device_tree(const DeviceTree& wanted) {
    auto tree = TRY(
        os::mount_detached({.type = "tmpfs",
                            .source = "dev",
                            .options = cat("mode=755,size=4m,nr_inodes=4k,uid=", wanted.owner.first,
                                           ",gid=", wanted.owner.first),
                            .attributes = MOUNT_ATTR_NOSUID}));
    TRY(fill(tree.get(), wanted));
    return tree;
}

Result<UniqueFd> make_terminals(const TerminalTree& wanted) {
    return os::mount_detached({.type = "devpts",
                               .source = "devpts",
                               .options = options_of(wanted),
                               .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC});
}

// With the rights of root inside, and on a devpts only: whatever he mounted or linked at /dev/pts, it is his.
Result<void> limit_terminals(int init, const TerminalTree& wanted) {
    return os::in_child([&]() -> Result<void> {
        TRY(os::join_namespaces(init, CLONE_NEWUSER | CLONE_NEWNS));
        const UniqueFd place(::open("/dev/pts", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        struct statfs found = {};
        if (!place || ::fstatfs(place.get(), &found) != 0 || found.f_type != DEVPTS_SUPER_MAGIC)
            return Error{Kind::other, "/dev/pts inside is no devpts any more"};
        return os::change_options(place.get(), options_of(wanted), "/dev/pts");
    });
}

}  // namespace launch
