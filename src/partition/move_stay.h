// A move that came to nothing: the WPAR goes on where it was.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/observer.h"

namespace partition {

/// Starts again what was stopped to be moved. Nothing once the other host was asked to take it, nor after another boot:
/// then it is autostart's.
Result<void> stay(const std::string& name);
/// Of a name that is free: the move of an application that had it and has ended is nobody's to settle any more, and one
/// that came and never ran was never ours.
Result<void> forget_ended_move(const std::string& name, const Observer& observer);

}  // namespace partition
