#include "filesystem/clone.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/undo.h"
#include "filesystem/attach.h"
#include "filesystem/loop.h"
#include "filesystem/make.h"
#include "os/dir.h"
#include "os/process.h"

namespace filesystem {
namespace {

bool is_thin(const FileSystem& wanted) {
    return !logical_volume(wanted).empty() && !volume_of(wanted).pool.empty();
}

// The kernel shares blocks only between files that are both written in place or both not (create.cpp).
void write_in_place_like(int original, int twin) {
    int flags = 0;
    int own = 0;
    if (::ioctl(original, FS_IOC_GETFLAGS, &flags) != 0 || (flags & FS_NOCOW_FL) == 0) return;
    if (::ioctl(twin, FS_IOC_GETFLAGS, &own) != 0) return;
    own |= FS_NOCOW_FL;
    (void)::ioctl(twin, FS_IOC_SETFLAGS, &own);  // then the blocks are copied
}

struct Range {
    off_t begin = 0;
    off_t end = 0;
};

Result<void> copy_range(int from, int to, Range range, const Cloning& how) {
    constexpr off_t piece = off_t{8} << 20;
    while (range.begin < range.end) {
        if (how.stop && *how.stop) return Error{Kind::interrupted, "interrupted"};
        off_t source = range.begin;
        off_t target = range.begin;
        const auto want = static_cast<std::size_t>(std::min(piece, range.end - range.begin));
        const auto got = ::copy_file_range(from, &source, to, &target, want, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::os(errno, "copy to", backing(how.twin));
        if (got == 0)
            return Error{Kind::other, cat("'", backing(how.original), "' became shorter")};
        range.begin += got;
    }
    return {};
}

Result<void> copy_data(int from, int to, off_t size, const Cloning& how) {
    if (::ftruncate(to, size) != 0) return Error::os(errno, "truncate", backing(how.twin));
    off_t at = 0;
    while (at < size) {
        const auto data = ::lseek(from, at, SEEK_DATA);
        if (data < 0 && errno == ENXIO) break;  // only a hole is left
        if (data < 0) return Error::os(errno, "read", backing(how.original));
        const auto hole = ::lseek(from, data, SEEK_HOLE);
        if (hole < 0) return Error::os(errno, "read", backing(how.original));
        TRY(copy_range(from, to, {data, std::min(hole, size)}, how));
        at = hole;
    }
    return {};
}

Result<UniqueFd> open_image(const FileSystem& original) {
    UniqueFd image(::open(backing(original).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!image) return Error::os(errno, "open image", backing(original));
    return image;
}

Result<void> clone_image(const Cloning& how) {
    const auto from = TRY(open_image(how.original));
    struct stat found = {};
    if (::fstat(from.get(), &found) != 0)
        return Error::os(errno, "stat image", backing(how.original));
    const auto path = backing(how.twin);
    TRY(os::make_dirs(cat(how.twin.store, "/", how.twin.wpar), 0700));
    const UniqueFd to(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!to) return Error::os(errno, "create image", path);
    Undo undo;
    undo.add([&] { (void)::unlink(path.c_str()); });  // the first failure is what matters
    write_in_place_like(from.get(), to.get());
    if (::ioctl(to.get(), FICLONE, from.get()) != 0)
        TRY(copy_data(from.get(), to.get(), found.st_size, how));
    undo.keep();
    return {};
}

struct Identifier {
    Type type;
    std::string_view program;
    std::string_view package;
};
constexpr std::array identifiers = {
    Identifier{Type::ext4, "tune2fs", "e2fsprogs"},
    Identifier{Type::xfs, "xfs_admin", "xfsprogs"},
    Identifier{Type::btrfs, "btrfstune", "btrfs-progs"},
};

// The programs refuse a journal that is still to be replayed, which the kernel does at a mount.
Result<void> replay_journal(const FileSystem& twin) {
    auto mounted = mount_apart(twin, twin.type == Type::xfs ? "nouuid" : "");
    if (!mounted) return mounted.error().within("replay the journal");
    return {};
}

Result<void> run(std::vector<std::string> command) {
    const auto done = os::run_ok({.arguments = std::move(command)});
    if (!done) return done.error();
    return {};
}

// With a seed of its own for checksums, the uuid changes without writing all of them anew.
Result<void> identify_ext4(const std::string& label, const std::string& path) {
    const auto quick =
        run({"tune2fs", "-L", label, "-O", "metadata_csum_seed", "-U", "random", path});
    if (quick) return {};
    return run({"tune2fs", "-L", label, "-U", "random", path});  // it has no checksums
}

}  // namespace

bool can_be_cloned(const FileSystem& original, const FileSystem& twin) {
    if (!on_disk(original.type) || original.type != twin.type) return false;
    if (!original.device.empty() || !twin.device.empty()) return false;
    if (size_of(original) != size_of(twin) || original.make_options != twin.make_options ||
        original.journal != twin.journal || original.volume_group != twin.volume_group)
        return false;
    return is_image(original) || is_thin(original);
}

Result<void> clone(const Cloning& how) {
    if (is_image(how.original)) return clone_image(how);
    return snapshot_volume(volume_of(how.original), volume_of(how.twin));
}

Result<void> check_own_identity(const FileSystem& twin) {
    for (const auto& known : identifiers)
        if (known.type == twin.type) return need_program(known.program, known.package);
    return {};
}

Result<void> own_identity(const FileSystem& twin) {
    const auto path = backing(twin);
    const auto label = label_of(twin);
    if (twin.type == Type::btrfs) {
        TRY(run({"btrfstune", "-f", "-m", path}));
        return run({"btrfs", "filesystem", "label", path, label});
    }
    TRY(replay_journal(twin));
    if (twin.type == Type::xfs) return run({"xfs_admin", "-L", label, "-U", "generate", path});
    return identify_ext4(label, path);
}

Result<std::uint64_t> bytes_of_image(const FileSystem& original) {
    constexpr std::uint64_t unit = 512;
    struct stat found = {};
    if (::stat(backing(original).c_str(), &found) != 0)
        return Error::os(errno, "stat image", backing(original));
    return static_cast<std::uint64_t>(found.st_blocks) * unit;
}

bool can_share_blocks(const std::string& one, const std::string& other) {
    constexpr std::size_t block = 4096;
    const std::array<char, block> content = {1};  // no hole, and too much to lie beside the inode
    const UniqueFd from(::open(one.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    const UniqueFd to(::open(other.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    return from && to &&
           ::write(from.get(), content.data(), block) == static_cast<ssize_t>(block) &&
           ::ioctl(to.get(), FICLONE, from.get()) == 0;
}

namespace {

// Its own mount of it, wherever the others are.
Result<UniqueFd> open_in_use(const FileSystem& image) {
    const auto mount = TRY(mount_apart(image, image.options));
    UniqueFd top(::openat(mount.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top) return Error::os(errno, "open", backing(image));
    return top;
}

}  // namespace

Result<bool> is_in_use(const FileSystem& image) { return !TRY(list_loops(backing(image))).empty(); }

Result<Frozen> Frozen::begin(const FileSystem& image) {
    Frozen frozen(TRY(open_in_use(image)));
    if (::ioctl(frozen.top_.get(), FIFREEZE, 0) != 0) {
        const auto error = Error::os(errno, "freeze", backing(image));
        frozen.top_ = UniqueFd();  // it is not ours to be thawed
        return error;
    }
    // services must not wait for a disk because a command was killed: nobody may look for hours
    frozen.guard_.emplace(TRY(os::Guard::set(
        {.act = [](int top) { (void)::ioctl(top, FITHAW, 0); }, .kept = frozen.top_.get()})));
    return frozen;
}

Frozen::~Frozen() {
    if (top_) (void)::ioctl(top_.get(), FITHAW, 0);  // nothing else could be done about it
}

Result<void> thaw(const FileSystem& image) {
    if (!os::exists(backing(image)) || !TRY(is_in_use(image))) return {};
    const auto top = TRY(open_in_use(image));
    if (::ioctl(top.get(), FITHAW, 0) == 0 || errno == EINVAL || errno == EOPNOTSUPP) return {};
    return Error::os(errno, "thaw", backing(image));
}

}  // namespace filesystem
