#include "partition/dump.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <set>

#include "checkpoint/criu.h"
#include "checkpoint/kept.h"
#include "checkpoint/mounts.h"
#include "launch/rebuild.h"
#include "os/dir.h"
#include "os/mount_table.h"
#include "partition/blockers_now.h"
#include "partition/start_plan.h"

namespace partition {
namespace {

constexpr std::size_t table_limit = std::size_t{64} << 20;
constexpr std::size_t most_groups = 50'000;

struct Mounts {
    std::vector<launch::Outer> outer = {};
    std::vector<checkpoint::Kept> kept = {};
};

bool is_outer(const std::vector<launch::Outer>& outer, const std::string& point) {
    for (const auto& one : outer)
        if (one.point == point) return true;
    return false;
}

Result<Mounts> mounts_of(const spec::Definition& definition, pid_t init) {
    const auto table =
        os::parse_mount_table(TRY(os::read_file(cat("/proc/", init, "/mountinfo"), table_limit)));
    Mounts mounts;
    mounts.outer = launch::outer_mounts(TRY(start_plan(definition)), table);
    // what it has put there, beside the devices
    mounts.kept.push_back({"/dev", "0", false});
    for (const auto& one : table)
        if (one.type == "ramfs" && !is_outer(mounts.outer, one.point))
            mounts.kept.push_back(
                {one.point, std::to_string(mounts.kept.size()), one.options.starts_with("ro")});
    return mounts;
}

Result<void> add_groups(const os::Dir& top, const std::string& before, std::uint32_t first,
                        std::vector<checkpoint::GroupDirectory>& all) {
    for (const auto& name : TRY(top.entries())) {
        const auto found = top.stat(name);
        if (!found || !S_ISDIR(found->st_mode)) continue;
        if (all.size() >= most_groups)
            return Error{Kind::full, "it has made too many control groups"};
        all.push_back({cat(before, name), found->st_uid - first, found->st_gid - first,
                       static_cast<mode_t>(found->st_mode & 07777)});
        const auto below = top.beneath(name);
        if (below) TRY(add_groups(*below, cat(before, name, "/"), first, all));
    }
    return {};
}

// Asked before, and once more when nobody can mount anything: an overlay's directories would be looked up in the global
// environment when CRIU mounts it again.
Result<void> look_at_mounts_again(const DumpCall& call, const Mounts& mounts) {
    std::set<std::string> known;  // by device
    for (const auto& one : TRY(os::mount_table())) known.insert(one.device);
    std::set<std::string> seen;
    for (const pid_t pid : TRY(call.group.processes())) {
        const auto text = os::read_file(cat("/proc/", pid, "/mountinfo"), table_limit);
        if (!text || !seen.insert(*text).second) continue;
        const auto table = os::parse_mount_table(*text);
        if (pid == call.init)
            for (const auto& one : table)
                if (is_outer(mounts.outer, one.point)) known.insert(one.device);
        for (const auto& one : table)
            if (!checkpoint::is_saved_type(one.type) && one.type != "ramfs" &&
                !known.contains(one.device))
                return Error{Kind::busy,
                             cat("a file system of type ", printable(one.type), " was mounted at '",
                                 printable(one.point), "' meanwhile; unmount it")};
    }
    return {};
}

// By way of its root: names are resolved inside it.
Result<void> keep_memory(const DumpCall& call, const checkpoint::Record& record) {
    if (record.kept.empty()) return {};
    const auto root = TRY(os::Dir::open(cat("/proc/", call.init, "/root")));
    const auto place = TRY(call.image.beneath("kept"));
    for (const auto& one : record.kept) {
        TRY(place.make_dir(one.name, 0700));
        const auto from = TRY(root.beneath(one.point));
        TRY(checkpoint::keep({from, TRY(place.beneath(one.name)), -std::int64_t{record.first_id}})
                .within(one.point));
    }
    return {};
}

checkpoint::Request request_of(const DumpCall& call, const Mounts& mounts, const os::Dir& images) {
    checkpoint::Request request;
    request.kind = checkpoint::Request::Kind::dump;
    request.images = images.fd();
    request.work = images.fd();
    request.log = dump_log.substr(dump_log.rfind('/') + 1);
    request.log_level = call.log_level;
    request.process = call.init;
    request.scan_paths = watched_places();
    request.ghost_bytes = ghost_bytes;
    for (const auto& one : mounts.outer)
        request.external.push_back(cat("mnt[", one.point, "]:", one.key));
    for (const auto& one : mounts.kept)
        if (!is_outer(mounts.outer, one.point))
            request.external.push_back(cat("mnt[", one.point, "]:kept", one.name));
    return request;
}

// What changes as long as something runs is looked at when nothing does.
class Watch {
  public:
    Watch(const DumpCall& call, const Mounts& mounts, checkpoint::Record& record)
        : call_(call), mounts_(mounts), record_(record) {}
    Result<void> heed(const checkpoint::Notice& notice) {
        if (notice.what == "network-lock") {
            begun_ = std::chrono::steady_clock::now();
            const auto top = TRY(os::Dir::open(call_.group.delegated_path()));
            TRY(add_groups(top, "", record_.first_id, record_.groups));
            TRY(look_at_mounts_again(call_, mounts_));
            return keep_memory(call_, record_);
        }
        if (notice.what != "post-dump") return {};
        if (call_.at_end) TRY(call_.at_end());
        stood_still_ = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begun_);
        return {};
    }
    std::chrono::milliseconds stood_still() const { return stood_still_; }

  private:
    const DumpCall& call_;
    const Mounts& mounts_;
    checkpoint::Record& record_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::chrono::milliseconds stood_still_ = {};
};

}  // namespace

Result<std::chrono::milliseconds> dump(const DumpCall& call, checkpoint::Record& record) {
    const auto mounts = TRY(mounts_of(call.definition, call.init));
    for (const auto& one : mounts.outer) record.mounts.emplace_back(one.point, one.key);
    record.kept = mounts.kept;
    record.control_group = call.group.delegated_path();
    const auto images = TRY(call.image.beneath("criu"));
    auto worker = TRY(checkpoint::Worker::start(checkpoint::Request::Kind::dump));
    Watch watch(call, mounts, record);
    TRY(worker.ask(request_of(call, mounts, images),
                   [&](const auto& notice) { return watch.heed(notice); }));
    return watch.stood_still();
}

}  // namespace partition
