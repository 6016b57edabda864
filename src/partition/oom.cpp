#include "partition/oom.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "cgroup/memory_events.h"
#include "cgroup/oom.h"
#include "os/dir.h"
#include "os/lock.h"
#include "os/real_path.h"
#include "registry/events.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "spec/file.h"

namespace partition {
namespace {

constexpr std::size_t named_most = 4;
constexpr uid_t ids_of_a_wpar = 65536;

void tell(const std::string& name, std::string text) {
    registry::record({registry::Severity::warning, "oom", name, std::move(text)});
}

// What was told already: how many kills, and how far the kernel's log was read. It lives as long as the groups, whose
// counters begin anew with them.
class Told {
  public:
    static Result<Told> open(const std::string& name) {
        const auto path = cat(registry::paths::run(name), "/oom");
        UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!fd) return Error::os(errno, "open", path);
        TRY(os::wait_lock(fd.get(), 0));
        Told told(std::move(fd));
        char text[64] = {};
        const auto got = ::pread(told.fd_.get(), text, sizeof text, 0);
        const auto numbers = words({text, static_cast<std::size_t>(got < 0 ? 0 : got)});
        if (numbers.size() == 2) {
            told.kills = to_number(numbers[0]).value_or(0);
            told.sequence = to_number(numbers[1]).value_or(0);
        }
        return told;
    }
    // A file that cannot be written tells a kill twice, which is better than not at all.
    void save() const {
        const auto text = cat(kills, " ", sequence, "\n");
        if (::ftruncate(fd_.get(), 0) == 0) (void)!::pwrite(fd_.get(), text.data(), text.size(), 0);
    }
    std::uint64_t kills = 0;
    std::uint64_t sequence = 0;

  private:
    explicit Told(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

spec::Definition definition_of(const std::string& name) {
    const auto path = registry::paths::transient_definition(name);
    const auto text = os::read_file(path);
    auto running = text ? spec::parse(*text, path) : text.error();
    if (running) return *std::move(running);
    auto defined = registry::load(name);
    if (defined) return *std::move(defined);
    spec::Definition unknown;
    unknown.general.name = name;
    return unknown;
}

bool in_first_pid_namespace() {
    const auto own = os::read_link("/proc/self/ns/pid");
    return own && *own == "pid:[4026531836]";
}

// Only while it is not buried yet, and not when its number belongs to another process already.
pid_t inner_pid(const cgroup::OomVictim& victim) {
    const auto status = os::read_file(cat("/proc/", victim.pid, "/status"));
    if (!status) return 0;
    pid_t inner = 0;
    bool same = false;
    for (const auto& line : split(*status, '\n')) {
        const auto fields = words(line);
        if (fields.size() == 2 && fields[0] == "Name:") same = fields[1] == victim.command;
        if (fields.size() >= 3 && fields[0] == "NSpid:")
            inner = static_cast<pid_t>(to_number(fields.back()).value_or(0));
    }
    return same ? inner : 0;
}

void tell_victims(const spec::Definition& definition, const std::vector<cgroup::OomVictim>& victims,
                  std::uint64_t kills) {
    const auto& name = definition.name();
    const bool global = in_first_pid_namespace();
    const auto known = std::min<std::uint64_t>(victims.size(), kills);
    const auto named = std::min<std::uint64_t>(known, named_most);
    for (auto at = victims.size() - named; at < victims.size(); ++at) {
        const OomContext context = {global ? inner_pid(victims[at]) : 0, global};
        tell(name, describe_oom(definition, victims[at], context));
    }
    if (kills > named)
        tell(name, cat("out of memory: ", kills - named, named > 0 ? " more" : "",
                       kills - named == 1 ? " process was" : " processes were", " killed"));
}

}  // namespace

cgroup::MemoryWatch oom_watch(const std::string& name) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return {};
    auto watch = cgroup::watch_memory(*host, name);
    return watch ? *std::move(watch) : cgroup::MemoryWatch();
}

Result<void> report_oom(const std::string& name) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    const auto events = cgroup::memory_events(*host, name);
    if (!events && events.error().kind == Kind::missing) return {};
    if (!events) return events.error();
    if (events->oom_kill.value_or(0) == 0) return {};
    auto told = TRY(Told::open(name));
    // again, for whoever had the lock before us may have told them
    const auto kills = TRY(cgroup::memory_events(*host, name)).oom_kill.value_or(0);
    if (kills < told.kills) told.kills = 0;  // of groups that are gone
    if (kills == told.kills) return {};
    auto group = TRY(cgroup::logged_group(*host, name));
    const auto definition = definition_of(name);
    if (definition.system() && definition.general.idbase != 0) {
        group.first_uid = definition.general.idbase;
        group.uids = ids_of_a_wpar;
    }
    const auto found = cgroup::read_victims({.group = group, .after = told.sequence});
    // without a log to read it is told without a name
    tell_victims(definition, found ? found->victims : std::vector<cgroup::OomVictim>(),
                 kills - told.kills);
    told.kills = kills;
    if (found) told.sequence = found->sequence;
    told.save();
    return {};
}

}  // namespace partition
