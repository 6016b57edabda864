#include "partition/script.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/result.h"
#include "os/process.h"
#include "registry/events.h"

namespace partition {

void call_script(const spec::Definition& definition, const ScriptEvent& event,
                 const Observer& observer) {
    const auto& script = definition.general.script;
    if (script.empty()) return;
    std::vector<std::string> arguments = {script, std::string(event.event), definition.name()};
    if (event.forced) arguments.emplace_back(*event.forced ? "1" : "0");
    const auto ended = os::run({.arguments = std::move(arguments)});
    if (ended && !trim(ended->output).empty()) observer.tell(trim(ended->output));
    if (ended && ended->status == 0) return;
    const auto why = !ended ? ended.error().shown()
                            : cat("status ", ended->status, trim(ended->errors).empty() ? "" : ": ",
                                  trim(ended->errors));
    const auto warning = cat("user script ", script, " failed at ", event.event, ": ", why);
    observer.tell_warning(warning);
    registry::record({registry::Severity::warning, "script", definition.name(), warning});
}

Result<void> check_script(const std::string& path, std::string_view flag) {
    if (path.empty() || path.front() != '/')
        return Error{Kind::invalid,
                     cat("script '", printable(path), "' (", flag,
                         ") is not an absolute path; give one like /usr/local/sbin/hook")};
    struct stat found = {};
    if (::stat(path.c_str(), &found) != 0) return Error::os(errno, "script", path).within(flag);
    if (!S_ISREG(found.st_mode) || ::access(path.c_str(), X_OK) != 0)
        return Error{Kind::denied, cat("script '", printable(path), "' (", flag,
                                       ") cannot be executed; make it executable with chmod +x")};
    if (found.st_uid != 0 || (found.st_mode & 0022) != 0)
        return Error{Kind::denied, cat("script '", path, "' (", flag,
                                       ") runs as root, and others than root can change it; "
                                       "remedy: chown root ",
                                       shell_word(path), "; chmod go-w ", shell_word(path))};
    return {};
}

}  // namespace partition
