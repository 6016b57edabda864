// What the keeper runs when the kernel has killed in its WPAR for want of memory.
#include "partition/oom.h"

#include "cmd/actions.h"
#include "registry/events.h"
#include "spec/check.h"

namespace cmd {

int oom(std::span<const std::string> words) {
    if (words.empty() || !spec::check_name(words[0])) return 2;
    const auto told = partition::report_oom(words[0]);
    if (told) return 0;
    registry::record({registry::Severity::error, "oom", words[0], told.error().text});
    return 1;
}

}  // namespace cmd
