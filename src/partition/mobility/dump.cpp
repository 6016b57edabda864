#include "partition/mobility/dump.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "checkpoint/criu.h"
#include "checkpoint/kept.h"
#include "checkpoint/socket_mounts.h"
#include "os/dir.h"
#include "partition/blockers_now.h"
#include "partition/given_mounts.h"
#include "partition/mobility/used_files.h"
#include "partition/mobility/way_streams.h"
#include "partition/mobility/written_files.h"
#include "partition/start_plan.h"

namespace partition::mobility {
namespace {

constexpr std::size_t most_groups = 50'000;

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

// Below the images that are added to them: who reads those may read these. A parent is found relative to its images.
constexpr auto rounds_name = "rounds";
std::string round_path(unsigned number) { return cat(rounds_name, "/", number); }

Result<os::Dir> make_round(const os::Dir& images, unsigned number) {
    constexpr mode_t mode = 0755;
    if (number == 1) TRY(images.make_dir(rounds_name, mode));
    const auto rounds = TRY(images.beneath(rounds_name));
    TRY(rounds.make_dir(cat(number), mode));
    return rounds.beneath(cat(number));
}

Result<std::uint64_t> pages_in(const os::Dir& images) {
    std::uint64_t bytes = 0;
    for (const auto& name : TRY(images.entries()))
        if (name.starts_with("pages-"))
            bytes += static_cast<std::uint64_t>(TRY(images.stat(name)).st_size);
    return bytes;
}

bool has_own_network(const spec::Definition& definition) {
    return definition.system() || !definition.networks.empty();
}

checkpoint::Request request_of(const DumpCall& call, const GivenMounts& mounts,
                               const os::Dir& images) {
    checkpoint::Request request;
    request.kind = checkpoint::Request::Kind::dump;
    request.images = images.fd();
    request.work = images.fd();
    request.log = dump_log.substr(dump_log.rfind('/') + 1);
    request.log_level = call.log_level;
    request.process = call.init;
    request.scan_paths = watched_places();
    request.ghost_bytes = ghost_bytes;
    if (call.rounds > 0) request.parent = round_path(call.rounds);
    request.own_network = request.connections = has_own_network(call.definition);
    for (const auto& one : mounts.outer)
        request.external.push_back(cat("mnt[", one.point, "]:", one.key));
    for (const auto& one : mounts.kept)
        if (!mounts.is_outer(one.point))
            request.external.push_back(cat("mnt[", one.point, "]:kept", one.name));
    return request;
}

// What changes as long as something runs is looked at when nothing does.
class Watch {
  public:
    Watch(const DumpCall& call, checkpoint::Record& record) : call_(call), record_(record) {}
    Result<void> heed(const checkpoint::Notice& notice) {
        const bool own_network = has_own_network(call_.definition);
        if (notice.what == "network-lock" || notice.what == "pre-dump")
            begun_ = std::chrono::steady_clock::now();
        if (notice.what == "network-lock") return look();
        if (notice.what != "post-dump") return {};
        // of a network that is not its own CRIU says nothing
        if (!own_network) TRY(look());
        if (!call_.definition.system()) TRY(look_at_application());
        if (call_.at_end) TRY(call_.at_end());
        lasted_ = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begun_);
        return {};
    }
    Stood stood() const { return {begun_, lasted_}; }
    /// It runs on by now.
    Result<void> bring_to_disk() const { return to_sync_.bring_to_disk(); }

  private:
    Result<void> look() {
        const auto top = TRY(os::Dir::open(call_.group.delegated_path()));
        TRY(add_groups(top, "", record_.first_id, record_.groups));
        TRY(no_mount_in_the_way(call_.definition));
        return keep_memory(call_, record_);
    }
    Result<void> look_at_application() {
        const auto plan = TRY(start_plan(call_.definition));
        auto files = TRY(open_files(TRY(call_.group.processes()), own_mounts(plan.mounts)));
        record_.files = std::move(files.written);
        for (auto& file : record_.files) file.path = path_outside(file.path, plan.mounts);
        to_sync_ = std::move(files.to_sync);
        return keep_streams(call_.init, TRY(call_.image.beneath("kept")), record_);
    }

    const DumpCall& call_;
    checkpoint::Record& record_;
    ToSync to_sync_ = {};
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::chrono::milliseconds lasted_ = {};
};

}  // namespace

Result<std::uint64_t> dump_memory(const MemoryDumpCall& call) {
    const auto images = TRY(make_round(TRY(call.image.beneath("criu")), call.number));
    checkpoint::Request request;
    request.kind = checkpoint::Request::Kind::pre_dump;
    request.images = request.work = images.fd();
    request.log = "dump.log";
    request.process = call.init;
    request.scan_paths = watched_places();
    if (call.number > 1) request.parent = cat("../", call.number - 1);
    auto worker = TRY(checkpoint::Worker::start(request.kind));
    TRY(worker.ask(request, [](const auto&) { return Result<void>(); }));
    return pages_in(images);
}

Result<Stood> dump(const DumpCall& call, checkpoint::Record& record) {
    const auto mounts = TRY(given_mounts(call.definition, call.init));
    for (const auto& one : mounts.outer) record.mounts.emplace_back(one.point, one.key);
    record.kept = mounts.kept;
    record.control_group = call.group.delegated_path();
    const auto images = TRY(call.image.beneath("criu"));
    auto worker = TRY(checkpoint::Worker::start(checkpoint::Request::Kind::dump));
    Watch watch(call, record);
    TRY(worker.ask(request_of(call, mounts, images),
                   [&](const auto& notice) { return watch.heed(notice); }));
    TRY(checkpoint::forget_socket_mounts(images));
    TRY(watch.bring_to_disk());
    return watch.stood();
}

}  // namespace partition::mobility
