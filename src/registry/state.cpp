#include "registry/state.h"

#include <fcntl.h>

#include <cerrno>

#include "os/dir.h"
#include "os/lock.h"
#include "registry/journal.h"
#include "registry/moves.h"
#include "registry/paths.h"

namespace registry {

std::optional<os::ProcessId> recorded_init(const std::string& name) {
    const auto text = os::read_file(paths::init(name));
    return text ? os::ProcessId::parse(*text) : std::nullopt;
}

Alive alive(const std::string& name) {
    Alive found;
    const UniqueFd fd(::open(paths::keeper(name).c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd && errno != EACCES) return found;
    const auto held = [&](off_t byte) {
        if (!fd) return os::is_locked(paths::keeper(name), byte);  // an ordinary user
        const auto locked = os::is_locked(fd.get(), byte);
        return locked && *locked;
    };
    found.init = held(init_byte);
    found.keeper = found.init || held(keeper_byte);
    if (found.keeper) return found;
    if (const auto init = recorded_init(name)) found.init = static_cast<bool>(os::pidfd(*init));
    return found;
}

Status status_of(const std::string& name) {
    if (auto operation = holder(name)) {
        const auto state = operation->verb == "move" ? State::moving : State::transitional;
        return {state, {}, std::move(operation)};
    }
    const auto lives = alive(name);
    if (lives.init) return {State::active, {}, {}};
    if (lives.keeper) return {State::loaded, {}, {}};
    if (!must_be_here(name)) return {State::moving, {}, {}};
    if (auto reason = broken_reason(name)) return {State::broken, *std::move(reason), {}};
    return {};
}

std::string_view word(State state) {
    switch (state) {
        case State::defined:
            return "Defined";
        case State::active:
            return "Active";
        case State::loaded:
            return "Loaded";
        case State::frozen:
            return "Frozen";
        case State::paused:
            return "Paused";
        case State::transitional:
            return "Transitional";
        case State::broken:
            return "Broken";
        case State::moving:
            return "Moving";
    }
    return "Unknown";
}

}  // namespace registry
