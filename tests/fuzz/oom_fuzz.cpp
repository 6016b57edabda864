// Any bytes as records of the kernel's log, one to a line, and as counters and pressure: nothing may crash, and whoever is
// called a victim has a number, and a name no longer than the kernel's.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "cgroup/oom_log.h"
#include "cgroup/pressure.h"

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

void read_as_log(std::string_view text, const cgroup::LoggedGroup& group) {
    cgroup::OomLog log(group);
    for (const auto& record : split(text, '\n')) log.take(record);
    for (const auto& victim : log.victims()) {
        must(victim.pid > 0 && victim.command.size() <= 15);
        must(victim.sequence <= log.sequence());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_as_log(text, {"/corral/web1", true, 100000, 65536});
    read_as_log(text, {"/corral/web1", false, 0, 0});
    read_as_log(text, {});
    (void)cgroup::parse_pressure(text);
    return 0;
}
