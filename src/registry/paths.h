// Where everything lives (docs/architecture.md, "State"). Names never contain a dot, so the dotted folders cannot
// collide with a WPAR's.
#pragma once
#include <string>
#include <string_view>

#include "base/text.h"

namespace registry::paths {

inline constexpr std::string_view definitions = "/etc/wpars";
inline constexpr std::string_view storage = "/var/lib/wpars";
inline constexpr std::string_view runtime = "/run/wpars";
inline constexpr std::string_view event_log = "/var/adm/wpars/event.log";
inline constexpr std::string_view base = "/wpars";
inline constexpr std::string_view generations = "/var/lib/wpars/.generations";
/// What an application says that came from another host: it was called from no terminal here.
inline std::string output(std::string_view name) { return cat("/var/adm/wpars/", name, ".out"); }
/// What this server's checkpoints are sealed with.
inline constexpr std::string_view checkpoint_key = "/var/lib/wpars/.checkpoint-key";
/// Of applications that are stored every so often (wparexec --checkpoint-every), by their names.
inline constexpr std::string_view checkpoints = "/var/lib/wpars/.checkpoints";
inline constexpr std::string_view generation_mounts = "/run/wpars/.generations";

inline std::string definition(std::string_view name) { return cat(definitions, "/", name, ".cf"); }
inline std::string images(std::string_view name) { return cat(storage, "/", name); }
inline std::string run(std::string_view name) { return cat(runtime, "/", name); }
inline std::string lock(std::string_view name) { return cat(runtime, "/.lock/", name); }
/// Steps whose traces outlive a reboot, and those that a reboot undoes by itself.
inline std::string journal(std::string_view name) { return cat(storage, "/.journal/", name); }
inline std::string volatile_journal(std::string_view name) {
    return cat(runtime, "/.journal/", name);
}
/// One that leaves for another host, and one that comes from there.
inline std::string moving(std::string_view name) { return cat(storage, "/.moving/", name); }
/// What runs in it, on its way: in memory or, where that is short, on disk.
inline std::string moving_state(std::string_view name) { return cat(runtime, "/.moving/", name); }
inline std::string moving_state_on_disk(std::string_view name) {
    return cat(storage, "/.moving-state/", name);
}
inline std::string arriving(std::string_view name) { return cat(storage, "/.arriving/", name); }

// within run(name)
inline std::string keeper(std::string_view name) { return cat(run(name), "/keeper"); }
inline std::string control(std::string_view name) { return cat(run(name), "/control"); }
inline std::string init(std::string_view name) { return cat(run(name), "/init"); }
inline std::string confinement(std::string_view name) { return cat(run(name), "/confinement"); }
/// There while it waits for startwpar -2.
inline std::string loaded(std::string_view name) { return cat(run(name), "/loaded"); }
/// Where the state of a Paused one was stored.
inline std::string paused(std::string_view name) { return cat(run(name), "/paused"); }
/// An application WPAR's definition lives and dies with it.
inline std::string transient_definition(std::string_view name) {
    return cat(run(name), "/definition");
}

}  // namespace registry::paths
