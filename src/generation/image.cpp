#include "generation/image.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "os/dir.h"
#include "os/mount.h"
#include "os/namespace.h"
#include "os/process.h"
#include "os/superblock.h"

namespace generation {
namespace {

// lz4 is what every kernel with erofs can read; lz4hc makes a tenth less of it, for eight times the processor time.
constexpr const char* compression = "-zlz4";

// Mounts that only the program sees, and the way back to the caller's own.
class PrivateMounts {
  public:
    static Result<PrivateMounts> enter() {
        auto space = TRY(os::open_namespace(0, "mnt"));
        UniqueFd directory(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!directory) return Error::os(errno, "open", "working directory");
        TRY(os::leave_namespaces(CLONE_NEWNS));
        PrivateMounts entered(std::move(space), std::move(directory));
        TRY(os::change_mount("/", {.propagation = MS_PRIVATE, .recursive = true}));
        return entered;
    }
    PrivateMounts(PrivateMounts&&) = default;
    PrivateMounts& operator=(PrivateMounts&&) = delete;
    ~PrivateMounts() { (void)leave(); }  // an earlier error is on its way already

    Result<void> leave() {
        if (!space_) return {};
        TRY(os::join_namespaces(space_.get(), CLONE_NEWNS));
        space_ = UniqueFd();
        if (::fchdir(directory_.get()) != 0) return Error::os(errno, "chdir", "working directory");
        return {};
    }

  private:
    PrivateMounts(UniqueFd space, UniqueFd directory)
        : space_(std::move(space)), directory_(std::move(directory)) {}
    UniqueFd space_;
    UniqueFd directory_;
};

Result<void> lay_over(const std::string& from, const os::Dir& over) {
    const auto copy = TRY(os::clone_mount(from));
    TRY(os::change_mount(copy.get(), {.set = MOUNT_ATTR_RDONLY}, from));
    return os::attach_mount(copy.get(), over.fd(), over.path());
}

Result<void> run_maker(const ImageWish& wish) {
    auto made =
        os::run_ok({.arguments = {"mkfs.erofs", "--quiet", compression, wish.image, wish.tree},
                    .own_group = true});
    if (!made) return made.error();
    return {};
}

bool is_installed() {
    constexpr std::array places = {"/usr/bin/", "/usr/sbin/", "/sbin/", "/usr/local/bin/"};
    return std::any_of(places.begin(), places.end(),
                       [](const char* place) { return os::exists(cat(place, "mkfs.erofs")); });
}

bool is_known(std::string_view file_systems) {
    const auto known = words(file_systems);
    return std::find(known.begin(), known.end(), "erofs") != known.end();
}

}  // namespace

Result<void> check_image_support() {
    if (!is_installed())
        return Error{Kind::missing, "program 'mkfs.erofs' is missing; install package erofs-utils"};
    if (is_known(TRY(os::read_file("/proc/filesystems")))) return {};
    (void)os::run({.arguments = {"modprobe", "erofs"}});  // what counts is whether it is known now
    if (is_known(TRY(os::read_file("/proc/filesystems")))) return {};
    return Error{Kind::unsupported, "this kernel does not know file system type 'erofs'"};
}

Result<void> make_image(const ImageWish& wish) {
    auto mounts = TRY(PrivateMounts::enter());
    const auto tree = TRY(os::Dir::open(wish.tree));
    for (const auto& [from, over] : wish.bound) TRY(lay_over(from, TRY(tree.beneath(over))));
    TRY(run_maker(wish).within("make image '", wish.image, "'"));
    return mounts.leave();
}

}  // namespace generation
