// What the keeper runs when systemd, or a signal, asks it to stop its WPAR.
#include "cmd/actions.h"
#include "partition/autostop.h"
#include "registry/events.h"
#include "spec/check.h"

namespace cmd {

int stop_asked(std::span<const std::string> words) {
    if (words.empty() || !spec::check_name(words[0])) return 2;
    const auto stopped = partition::stop_in_order(words[0]);
    if (stopped) return 0;
    registry::record({registry::Severity::error, "stop", words[0], stopped.error().shown()});
    return 1;
}

}  // namespace cmd
