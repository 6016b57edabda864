#include "checkpoint/mounts.h"

#include <algorithm>
#include <array>

namespace checkpoint {
namespace {

constexpr std::size_t most_spaces = 1000;
constexpr std::size_t longest_table = 4 << 20;

// Not those whose options name directories (overlay, aufs, autofs), although CRIU would: it mounts them again before the
// root is the WPAR's, so that such a path would be one of the global environment.
constexpr std::array saved = {"proc",    "sysfs",   "devtmpfs", "binfmt_misc", "tmpfs",
                              "devpts",  "pstore",  "mqueue",   "securityfs",  "fusectl",
                              "debugfs", "tracefs", "cgroup",   "cgroup2"};

using Devices = std::set<std::string>;

// What is mounted in the global environment, or given back from there, CRIU does not save.
Devices outside(const Mounts& mounts, const Subject& subject) {
    Devices devices;
    if (const auto own = os::mount_table())
        for (const auto& entry : *own) devices.insert(entry.device);
    const auto& given = subject.external_mounts;
    for (const auto& space : mounts.spaces) {
        if (space.shown_by->pid != subject.init) continue;
        for (const auto& entry : space.table)
            if (std::find(given.begin(), given.end(), entry.point) != given.end())
                devices.insert(entry.device);
    }
    return devices;
}

Fault unsaved(const os::MountEntry& entry) {
    return {cat("a file system of type ", printable(entry.type), " is mounted at '",
                printable(entry.point), "'"),
            cat("unmount it, or end what mounted it")};
}

// CRIU makes the queues' file system again, empty.
void look_at_queues(const MountSpace& space, const os::MountEntry& entry, Findings& findings) {
    const auto root = os::Dir::open(cat(space.shown_by->dir.path(), "/root"));
    if (!root) return;
    const auto place = root->beneath(entry.point);
    if (!place) return;
    const auto queues = place->entries();
    if (!queues || queues->empty()) return;
    Blocker blocker;
    blocker.what =
        cat("there are POSIX message queues, such as '", printable(queues->front()), "'");
    blocker.remedy = "end the programs that use them and remove them";
    findings.add(std::move(blocker));
}

using Table = std::vector<os::MountEntry>;

const os::MountEntry* by_id(const Table& table, int id) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const os::MountEntry& one) { return one.id == id; });
    return found == table.end() ? nullptr : &*found;
}

// It, what it is mounted on, and so on.
std::set<int> line_of(const Table& table, const os::MountEntry& mount) {
    std::set<int> ids;
    for (const auto* one = &mount; one != nullptr && ids.insert(one->id).second;)
        one = by_id(table, one->parent);
    return ids;
}

// CRIU asks for what comes from outside by its name, and would take this for it or not get below it.
void look_at_covers(const MountSpace& space, const Subject& subject, Findings& findings) {
    std::set<int> told;
    for (const auto& given : space.table) {
        const auto& all = subject.external_mounts;
        if (std::find(all.begin(), all.end(), given.point) == all.end()) continue;
        const auto line = line_of(space.table, given);
        for (const auto& entry : space.table) {
            if (line.contains(entry.id) || !os::is_below(given.point, entry.point)) continue;
            // of two at one place, the lower one is what was given
            if (const auto own = line_of(space.table, entry); !own.contains(given.parent)) continue;
            if (!told.insert(entry.id).second) continue;
            Blocker blocker;
            blocker.what =
                cat("a file system of type ", printable(entry.type), " is mounted over '",
                    printable(given.point), "', which comes from the global environment");
            blocker.remedy = cat("unmount '", printable(entry.point), "'");
            findings.add(std::move(blocker));
        }
    }
}

}  // namespace

bool is_saved_type(std::string_view type) {
    return std::find(saved.begin(), saved.end(), type) != saved.end();
}

Mounts mounts_of(std::span<const Process> processes) {
    Mounts mounts;
    std::set<std::uint64_t> seen;
    for (const auto& process : processes) {
        const auto space = process.name_space("mnt");
        if (!space || seen.size() == most_spaces || !seen.insert(*space).second) continue;
        const auto text = process.dir.read("mountinfo", longest_table);
        if (!text) continue;
        mounts.spaces.push_back({&process, os::parse_mount_table(*text)});
        for (const auto& entry : mounts.spaces.back().table) mounts.ids.insert(entry.id);
    }
    return mounts;
}

void look_at_mounts(const Mounts& mounts, const Subject& subject, Findings& findings) {
    const auto known = outside(mounts, subject);
    std::set<std::string> told;  // many see the same one
    for (const auto& space : mounts.spaces) {
        // services have others over them in namespaces of their own, where nothing is asked for by its name
        if (space.shown_by->pid == subject.init) look_at_covers(space, subject, findings);
        for (const auto& entry : space.table) {
            if (!told.insert(entry.device).second) continue;
            if (entry.type == "mqueue") look_at_queues(space, entry, findings);
            if (!is_saved_type(entry.type) && !known.contains(entry.device))
                findings.add(*space.shown_by, unsaved(entry));
        }
    }
}

}  // namespace checkpoint
