// The user script (-u) and its four events. AIX: argument 1 the event, 2 the WPAR's name, 3 (stop only) whether it is
// forced; a status other than 0 is only a warning.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

struct ScriptEvent {
    std::string_view event;  // WPARPRESTART, WPARPOSTSTART, WPARPRESTOP, WPARPOSTSTOP
    std::optional<bool> forced = {};
};
void call_script(const spec::Definition& definition, const ScriptEvent& event,
                 const Observer& observer);

/// Absolute path of an executable file, or why not.
Result<void> check_script(const std::string& path, std::string_view flag);

}  // namespace partition
