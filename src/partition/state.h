// A WPAR's state as everybody is told: with F and P, which its cgroup knows.
#pragma once
#include <string>

#include "base/result.h"
#include "registry/state.h"

namespace partition {

/// Takes no lock, and costs one more look at a file for an active one.
registry::Status status_of(const std::string& name);
/// The same, whatever operation is under way: for who holds the lock.
registry::State held_state(const std::string& name);
/// All its processes stand still, whoever made them.
bool is_frozen(const std::string& name);

/// Kind::busy, with the remedy, for what needs running processes.
Result<void> must_run(const std::string& name);
/// Kind::busy for what would make it differ from what is stored of it.
Result<void> must_not_be_paused(const std::string& name);
/// The same, and for what would make it differ from what startwpar -2 is to start.
Result<void> may_change(const std::string& name);

}  // namespace partition
