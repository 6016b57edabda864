#include "partition/pause.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "network/network.h"
#include "os/dir.h"
#include "os/file_status.h"
#include "os/namespace.h"
#include "partition/state.h"
#include "partition/stillness.h"
#include "registry/life.h"
#include "registry/moves.h"
#include "registry/paths.h"

namespace partition {
namespace {

std::string text_of(const Paused& record) {
    return cat("image=", record.image, "\ntime=", record.time, "\npid=", record.pid, "\n");
}

// Its own network namespace, or nothing: it is on the global network, or it has ended.
Result<UniqueFd> own_network(const std::string& name) {
    const auto init = registry::recorded_init(name);
    if (!init || !os::pidfd(*init)) return UniqueFd();
    auto network = TRY(os::open_namespace(init->pid, "net"));
    struct stat theirs = {};
    struct stat ours = {};
    if (::fstat(network.get(), &theirs) != 0 || ::stat("/proc/self/ns/net", &ours) != 0)
        return Error::os(errno, "stat", "network namespace");
    if (os::same_file(theirs, ours)) return UniqueFd();
    return network;
}

Result<void> save_record(const PauseCall& call) {
    const Paused record = {call.image, static_cast<std::int64_t>(::time(nullptr)), ::getpid()};
    return os::replace_file({.path = registry::paths::paused(call.name),
                             .text = text_of(record),
                             .mode = 0644,
                             .sync = false});
}

Result<void> forget_record(const std::string& name) {
    const auto path = registry::paths::paused(name);
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
    return Error::os(errno, "unlink", path);
}

}  // namespace

std::optional<Paused> pause_record(const std::string& name) {
    const auto text = os::read_file(registry::paths::paused(name));
    if (!text) return std::nullopt;
    Paused record;
    for (const auto& line : split(*text, '\n')) {
        const auto end = line.find('=');
        if (end == std::string::npos) continue;
        const auto key = std::string_view(line).substr(0, end);
        const auto value = line.substr(end + 1);
        if (key == "image") record.image = value;
        if (key == "time") record.time = static_cast<std::int64_t>(to_number(value).value_or(0));
        if (key == "pid") record.pid = static_cast<pid_t>(to_number(value).value_or(0));
    }
    return record;
}

bool is_paused(const std::string& name) {
    return os::exists(registry::paths::paused(name)) && is_frozen(name);
}

bool is_stored(const std::string& name) {
    const auto record = pause_record(name);
    return record && os::exists(record->image);
}

Result<bool> pause(const PauseCall& call) {
    if (has_control(call.image))
        return Error{Kind::invalid, cat("directory '", printable(call.image),
                                        "' has a control character in its name")};
    TRY(freeze_all(call.name));
    const auto network = TRY(own_network(call.name));
    if (network) TRY(network::still(network.get()));
    TRY(save_record(call));
    return static_cast<bool>(network);
}

Result<void> go_on(const std::string& name) {
    TRY(registry::must_be_here(name));
    // what is stored of it does not fit the files that it changes from here on
    if (!registry::life_of(name).empty() && is_frozen(name)) TRY(registry::begin_life(name));
    // the record first: with the network open it is not what is stored any more
    TRY(forget_record(name));
    if (const auto network = TRY(own_network(name))) TRY(network::unstill(network.get()));
    return thaw(name);
}

Result<void> lose_network(const std::string& name) {
    const auto network = TRY(own_network(name));
    if (!network) return {};
    return network::abandon(network.get());
}

}  // namespace partition
