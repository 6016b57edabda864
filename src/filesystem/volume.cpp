#include "filesystem/volume.h"

#include "base/size.h"
#include "filesystem/make.h"
#include "os/process.h"

namespace filesystem {
namespace {

std::string full_name(const Volume& volume) { return cat(volume.group, "/", volume.name); }

Result<void> run(std::vector<std::string> command) {
    const auto done = os::run_ok({.arguments = std::move(command)});
    if (!done) return done.error();
    return {};
}

std::string megabytes(std::uint64_t bytes) { return cat(bytes >> 20, " MB"); }

// Columns of lvs(8) or vgs(8) in bytes, one line for each object.
Result<std::vector<std::vector<std::string>>> columns(std::vector<std::string> command) {
    const auto counted = {"--noheadings", "--nosuffix", "--units", "b"};
    command.insert(command.begin() + 1, counted.begin(), counted.end());
    const auto asked = TRY(os::run({.arguments = command}));
    if (asked.status != 0) return Error{Kind::missing, std::string(trim(asked.errors))};
    std::vector<std::vector<std::string>> rows;
    for (const auto& line : split(asked.output, '\n'))
        if (auto row = words(line); !row.empty()) rows.push_back(std::move(row));
    return rows;
}

struct Pool {
    std::uint64_t size = 0;
    std::uint64_t free = 0;
};

Result<Pool> pool_of(const Volume& wanted) {
    const auto name = cat(wanted.group, "/", wanted.pool);
    const auto rows = columns({"lvs", "-o", "lv_attr,lv_size,data_percent", "--", name});
    if (!rows)
        return Error{Kind::missing, cat("thin pool '", name, "': ", rows.error().text,
                                        "; lvs shows which there are")};
    if (rows->empty() || rows->front().size() < 3 || !rows->front()[0].starts_with('t'))
        return Error{Kind::invalid, cat("logical volume '", name,
                                        "' is no thin pool; lvs shows one by a 't' in front of its "
                                        "attributes")};
    const auto& row = rows->front();
    const auto size = to_number(row[1]).value_or(0);
    const auto hundredths = to_number(row[2].substr(0, row[2].find('.'))).value_or(100);
    return Pool{size, size / 100 * (hundredths > 100 ? 0 : 100 - hundredths)};
}

Result<void> check_pool(const Volume& wanted) {
    constexpr std::uint64_t least = std::uint64_t{8} << 20;  // what making a file system writes
    const auto pool = TRY(pool_of(wanted));
    if (pool.free >= least) return {};
    return Error{Kind::full, cat("thin pool '", wanted.group, "/", wanted.pool, "' of ",
                                 megabytes(pool.size), " is full; extend it with lvextend")};
}

Result<void> check_group(const Volume& wanted) {
    const auto rows = columns({"vgs", "-o", "vg_free", "--", wanted.group});
    if (!rows)
        return Error{Kind::missing, cat("volume group '", wanted.group, "': ", rows.error().text,
                                        "; vgs shows which there are")};
    const auto free = rows->empty() ? std::nullopt : to_number(rows->front().front());
    if (!free || *free >= wanted.size) return {};
    return Error{Kind::full, cat("volume group '", wanted.group, "' has ", megabytes(*free),
                                 " left; '", wanted.name, "' needs ", megabytes(wanted.size),
                                 "; give a smaller size=, or add a physical volume with vgextend")};
}

Result<void> resize(const char* program, const Volume& wanted) {
    return run({program, "--quiet", "--yes", "--force", "--size", cat(wanted.size, "b"), "--",
                full_name(wanted)});
}

}  // namespace

VolumePlace volume_place(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return {std::string(text), {}};
    return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

std::string device_of(const Volume& volume) { return cat("/dev/", full_name(volume)); }

Result<void> check_room(const Volume& wanted) {
    TRY(need_program("lvcreate", "lvm2"));
    if (wanted.pool.empty()) return check_group(wanted);
    TRY(need_program("thin_check", "thin-provisioning-tools"));
    return check_pool(wanted);
}

Result<std::string> overcommitment(const Volume& wanted) {
    if (wanted.pool.empty()) return std::string();
    const auto pool = TRY(pool_of(wanted));
    auto promised = wanted.size;
    for (const auto& row : TRY(columns({"lvs", "-o", "lv_size,lv_name", "-S",
                                        cat("pool_lv=", wanted.pool), "--", wanted.group})))
        if (row.size() > 1 && row[1] != wanted.name) promised += to_number(row[0]).value_or(0);
    if (promised <= pool.size) return std::string();
    return cat("the thin volumes of pool ", wanted.group, "/", wanted.pool, " are promised ",
               megabytes(promised), " together, and it has ", megabytes(pool.size),
               ": watch its use (lvs), or extend it");
}

bool volume_exists(const Volume& wanted) {
    const auto asked =
        os::run({.arguments = {"lvs", "--noheadings", "-o", "lv_name", "--", full_name(wanted)}});
    return asked && asked->status == 0;
}

Result<void> make_volume(const Volume& wanted) {
    TRY(need_program("lvcreate", "lvm2"));
    if (volume_exists(wanted))
        return Error{Kind::exists, cat("logical volume '", full_name(wanted), "' exists already")};
    const auto size = cat(wanted.size, "b");
    if (!wanted.pool.empty())
        return run({"lvcreate", "--quiet", "--yes", "--name", wanted.name, "--virtualsize", size,
                    "--thinpool", wanted.pool, "--", wanted.group});
    // old signatures are wiped, and the start zeroed, without asking
    return run({"lvcreate", "--quiet", "--yes", "--wipesignatures", "y", "--zero", "y", "--name",
                wanted.name, "--size", size, "--", wanted.group});
}

Result<void> snapshot_volume(const Volume& original, const Volume& twin) {
    TRY(need_program("lvcreate", "lvm2"));
    if (volume_exists(twin))
        return Error{Kind::exists, cat("logical volume '", full_name(twin), "' exists already")};
    // as any other volume, it is there after a boot
    return run({"lvcreate", "--quiet", "--yes", "--snapshot", "--setactivationskip", "n", "--name",
                twin.name, "--", full_name(original)});
}

Result<void> remove_volume(const Volume& wanted) {
    TRY(need_program("lvremove", "lvm2"));
    if (!volume_exists(wanted)) return {};
    return run({"lvremove", "--quiet", "--yes", "--", full_name(wanted)});
}

Result<void> rename_volume(const Volume& from, const Volume& to) {
    if (from.name == to.name || !volume_exists(from)) return {};
    return run({"lvrename", "--quiet", "--", from.group, from.name, to.name});
}

Result<Extent> extent_of(const Volume& volume) {
    const auto rows =
        TRY(columns({"lvs", "-o", "lv_size,vg_extent_size", "--", full_name(volume)}));
    if (rows.empty() || rows.front().size() < 2)
        return Error{Kind::missing, cat("logical volume '", full_name(volume), "' has no size")};
    return Extent{to_number(rows.front()[0]).value_or(0), to_number(rows.front()[1]).value_or(0)};
}

Result<void> extend_volume(const Volume& wanted) {
    if (TRY(extent_of(wanted)).bytes >= wanted.size) return {};
    return resize("lvextend", wanted);
}

Result<void> reduce_volume(const Volume& wanted) {
    const auto now = TRY(extent_of(wanted));
    if (now.bytes < wanted.size + now.unit) return {};
    return resize("lvreduce", wanted);
}

}  // namespace filesystem
