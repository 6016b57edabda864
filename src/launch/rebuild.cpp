#include "launch/rebuild.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/escape.h"
#include "launch/devices.h"
#include "launch/kernel_files.h"
#include "launch/movable_tree.h"
#include "launch/tree.h"
#include "os/idmap.h"
#include "os/mount.h"
#include "os/superblock.h"

namespace launch {
namespace {

constexpr auto devices_key = "devices";
constexpr auto group_key = "group";
constexpr auto file_cover_key = "empty-file";
constexpr auto directory_cover_key = "empty-directory";

constexpr auto inert = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

// A key stands between ':' and ']' of an option of CRIU's.
std::string key_of(const std::string& target) {
    std::string key = "at";
    for (const char sign : escaped(target))
        key += sign == ':' || sign == '[' || sign == ']' ? '_' : sign;
    return key;
}

bool is_cover(const os::MountEntry& mount) {
    const bool place = os::is_below(mount.point, "/proc") || os::is_below(mount.point, "/sys");
    return place && mount.point != "/proc" && mount.point != "/sys" &&
           (mount.type == "ramfs" || mount.type == "tmpfs" || mount.type == "devtmpfs");
}

// Our own tmpfs of a plan is the WPAR's like any other: what is in it is stored with its memory.
bool is_planned(const Plan& plan, const std::string& point) {
    return std::any_of(plan.mounts.begin(), plan.mounts.end(), [&](const Mount& one) {
        return one.target == point && !(one.kind == Mount::Kind::fresh && one.type == "tmpfs");
    });
}

// What an application sees of the global environment. It can mount nothing itself.
bool is_shared(const Plan& plan, const os::MountEntry& mount) {
    if (plan.system() || mount.point == "/") return false;
    for (const auto* own : own_places)
        if (os::is_below(mount.point, own)) return false;
    return std::none_of(plan.mounts.begin(), plan.mounts.end(),
                        [&](const Mount& one) { return one.target == mount.point; });
}

std::string key_for(const Plan& plan, const os::MountEntry& mount) {
    if (mount.point == "/dev") return devices_key;
    if (mount.point == "/sys/fs/cgroup" && mount.type == "cgroup2") return group_key;
    if (is_cover(mount)) return mount.root == "/" ? directory_cover_key : file_cover_key;
    return is_planned(plan, mount.point) || is_shared(plan, mount) ? key_of(mount.point)
                                                                   : std::string();
}

// Places for sources, below a tmpfs of their own that nothing else holds. Who binds them is nobody yet: he must get through.
class Place {
  public:
    static Result<Place> make(const std::string& path) {
        const auto own = TRY(os::mount_detached(
            {.type = "tmpfs", .source = "tmpfs", .options = "mode=711", .attributes = inert}));
        const auto over = TRY(os::Dir::open(path));
        TRY(os::attach_mount(own.get(), over.fd(), path));
        return Place(path);
    }
    Result<std::string> attach(const UniqueFd& mount, const std::string& key) {
        const auto path = cat(path_, "/", next_++);
        const bool directory = TRY(sort_of(mount.get(), key)) == Sort::directory;
        const int made =
            directory ? ::mkdir(path.c_str(), 0711) : ::mknod(path.c_str(), S_IFREG | 0600, 0);
        if (made != 0) return Error::os(errno, "make a place for", key);
        const UniqueFd target(::open(path.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW));
        if (!target) return Error::os(errno, "open", path);
        TRY(os::attach_mount(mount.get(), target.get(), path));
        return path;
    }
    Result<void> add(Sources& sources, const UniqueFd& mount, const std::string& key) {
        sources.all.push_back({key, TRY(attach(mount, key))});
        return {};
    }

  private:
    explicit Place(std::string path) : path_(std::move(path)) {}
    std::string path_;
    int next_ = 0;
};

Result<void> attach_covers(Place& place, Sources& sources, const std::string& devices) {
    auto file = TRY(os::clone_mount(cat(devices, "/null")));
    // CRIU also takes it for the /dev/null of services with devices of their own, and makes the covers read-only itself
    TRY(os::change_mount(file.get(), {.set = MOUNT_ATTR_NOSUID}, "/dev/null"));
    TRY(place.add(sources, file, file_cover_key));
    return place.add(sources, TRY(empty_directory_cover()), directory_cover_key);
}

Result<void> attach_filled(Place& place, Sources& sources, const Filled& filled) {
    const auto mount = TRY(os::mount_detached(
        {.type = "ramfs", .source = "ramfs", .options = "mode=700", .attributes = inert}));
    TRY(place.add(sources, mount, filled.key));
    TRY(filled.fill(TRY(os::Dir::open(sources.all.back().path))));
    if (!filled.read_only) return {};
    return os::change_mount(mount.get(), {.set = MOUNT_ATTR_RDONLY}, filled.key);
}

struct GroupSource {
    const std::string& path;
    bool read_only = false;
};
Result<void> attach_group(Place& place, Sources& sources, const GroupSource& group) {
    auto mount = TRY(os::clone_mount(group.path));
    const std::uint64_t attributes = inert | (group.read_only ? MOUNT_ATTR_RDONLY : 0);
    TRY(os::change_mount(mount.get(), {.set = attributes}, group.path));
    return place.add(sources, mount, group_key);
}

Result<void> attach_shared(const Plan& plan, Place& place, Sources& sources,
                           const std::vector<Outer>& shared) {
    for (const auto& one : shared) {
        os::MountEntry mount;
        mount.point = one.point;
        if (!is_shared(plan, mount)) continue;
        const auto copy = clone_shared_mount(one.point);
        if (!copy)
            return Error{copy.error().kind,
                         cat("'", printable(one.point),
                             "' was mounted when it was stored, and is not there "
                             "now; mount it, or at least make that directory")};
        TRY(place.add(sources, *copy, one.key));
    }
    return {};
}

// As at a start: of a system WPAR all ids are shifted.
Result<UniqueFd> clone_root(const Plan& plan, int users) {
    if (!plan.system()) return clone_shared_mount("/");
    return clone_shifted({.source = plan.root, .user_namespace = users});
}

}  // namespace

std::vector<Outer> outer_mounts(const Plan& plan, const std::vector<os::MountEntry>& table) {
    std::vector<Outer> found;
    for (const auto& mount : table) {
        const auto key = key_for(plan, mount);
        const Outer one = {mount.point, key};
        if (!key.empty() && std::find(found.begin(), found.end(), one) == found.end())
            found.push_back(one);
    }
    return found;
}

Result<Sources> attach_sources(const Plan& plan, const SourcesCall& call) {
    const auto users =
        plan.system() ? TRY(os::make_id_namespace(plan.confinement.ids)) : UniqueFd();
    const os::IdRange owner = plan.system() ? plan.confinement.ids : os::IdRange{};
    auto place = TRY(Place::make(call.place));
    Sources sources;
    // made before the root is attached anywhere, as at a start
    for (const auto& mount : plan.mounts)
        if (is_planned(plan, mount.target)) {
            const auto made = TRY(make(mount, {.user_namespace = users.get(), .owner = owner}));
            TRY(place.add(sources, made.mount, key_of(mount.target)));
        }
    TRY(attach_shared(plan, place, sources, call.shared));
    const auto root = TRY(clone_root(plan, users.get()));
    sources.root = TRY(place.attach(root, plan.root));
    const auto devices = TRY(make_device_tree({.owner = owner, .extra = plan.devices}));
    TRY(place.add(sources, devices, devices_key));
    const auto device_place = sources.all.back().path;
    if (call.fill_devices) TRY(call.fill_devices(TRY(os::Dir::open(device_place))));
    TRY(attach_covers(place, sources, device_place));
    TRY(attach_group(place, sources, {call.control_group, !plan.system()}));
    for (const auto& filled : call.filled) TRY(attach_filled(place, sources, filled));
    return sources;
}

}  // namespace launch
