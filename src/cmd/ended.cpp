// What the keeper becomes when its WPAR's init has ended.
#include "cmd/actions.h"
#include "partition/stop.h"
#include "registry/events.h"
#include "registry/store.h"

namespace cmd {

int ended(std::span<const std::string> words) {
    if (words.size() < 2) return 2;
    const auto done = partition::ended({.name = words[0], .reboot = words[1] == "reboot"}, {});
    if (done) return 0;
    registry::record({registry::Severity::error, "ended", words[0], done.error().text});
    return 1;
}

std::vector<std::string> wpar_names() {
    auto names = registry::names();
    return names ? std::move(*names) : std::vector<std::string>{};
}

}  // namespace cmd
