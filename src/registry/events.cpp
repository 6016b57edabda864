#include "registry/events.h"

#include <fcntl.h>
#include <unistd.h>

#include <ctime>

#include "base/fd.h"
#include "base/text.h"
#include "base/time.h"
#include "os/dir.h"
#include "os/journal.h"
#include "registry/paths.h"

namespace registry {
namespace {

UniqueFd open_log() {
    const std::string path(paths::event_log);
    constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    UniqueFd fd(::open(path.c_str(), flags, 0640));
    if (fd || !os::make_dirs(path.substr(0, path.rfind('/')), 0755)) return fd;
    return UniqueFd(::open(path.c_str(), flags, 0640));
}

std::string_view priority(Severity severity) {
    if (severity == Severity::error) return "3";  // as in syslog(3)
    return severity == Severity::warning ? "4" : "6";
}

void tell_journal(const Event& event) {
    const auto message =
        event.name.empty() ? event.text : cat("workload partition ", event.name, ": ", event.text);
    const os::JournalField fields[] = {{"MESSAGE", message},
                                       {"PRIORITY", priority(event.severity)},
                                       {"SYSLOG_IDENTIFIER", "corral"},
                                       {"CORRAL_COMMAND", event.command},
                                       {"WPAR", event.name}};
    (void)os::send_to_journal(fields);  // where there is no journal, the log below is all
}

}  // namespace

void record(const Event& event) {
    tell_journal(event);
    const auto fd = open_log();
    if (!fd) return;
    const auto line =
        cat(static_cast<char>(event.severity), " ", local_time(std::time(nullptr), "%F %T"), " ",
            event.command, " ", event.name, " ", printable(event.text), "\n");
    (void)!::write(fd.get(), line.data(), line.size());  // see the header
}

}  // namespace registry
