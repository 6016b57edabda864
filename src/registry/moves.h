// A WPAR on its way to another host: what both sides write down before they say it, so that there is one live copy whoever
// is killed, and whoever comes next knows whose it is. docs/architecture.md, "Moves".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace registry {

enum class MovePhase : std::uint8_t {
    copying,  // it is ours; killed now, it goes on here
    asked,  // the other host was asked to take it; until its answer is known nobody starts it here
    gone    // it is the other host's
};

/// Here, of one that leaves.
struct MoveRecord {
    std::string token = {};  // names this one attempt on both hosts
    std::string host = {};
    std::vector<std::string> command = {};  // in place of ssh
    MovePhase phase = MovePhase::copying;
    bool active = false;              // it ran when the move began
    std::optional<bool> system = {};  // or an application; unknown if an earlier version wrote it
    std::string boot =
        {};  // of the kernel: after another boot nothing of it is to be started again
    bool operator==(const MoveRecord&) const = default;
};
std::string write(const MoveRecord& record);
std::optional<MoveRecord> parse_move(std::string_view text);

std::optional<MoveRecord> move_record(const std::string& name);
/// On disk when it returns.
Result<void> save_move(const std::string& name, const MoveRecord& record);
/// With what was copied for it.
Result<void> forget_move(const std::string& name);
/// Kind::busy while the other host may have it, with what to do.
Result<void> must_be_here(const std::string& name);
/// For copies that wait to be sent; made.
Result<std::string> move_folder(const std::string& name);
/// Where what runs in it may lie on its way, on either host; not made.
enum class StatePlace : std::uint8_t { memory, disk };
Result<std::string> moving_state(const std::string& name, StatePlace place);
Result<void> forget_moving_state(const std::string& name);
std::string boot_id();

/// There, of one that comes: the attempt whose WPAR is to be ours, written just before it is defined.
std::optional<std::string> arrived_token(const std::string& name);
Result<void> save_arrived(const std::string& name, const std::string& token);
Result<void> forget_arrival(const std::string& name);
/// It did not become ours: what has come of it stays, to be continued.
Result<void> withdraw_arrived(const std::string& name);
/// Kind::busy while the host that it came from may still ask for it, by this name: it must have that name, and be here.
Result<void> must_be_settled(const std::string& name);
/// An application's definition goes with its end: that it has run here says that it was ours, whatever became of it.
Result<void> save_has_run(const std::string& name, const std::string& token);
bool has_run(const std::string& name, const std::string& token);
/// For what comes, also of an attempt that was cut; made.
Result<std::string> arrival_folder(const std::string& name);

}  // namespace registry
