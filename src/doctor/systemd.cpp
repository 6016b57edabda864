#include "doctor/systemd.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>

#include "base/fd.h"
#include "os/dir.h"

namespace doctor {
namespace {

bool answers(std::string_view path) {
    const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::copy_n(path.data(), std::min(path.size(), sizeof address.sun_path - 1), address.sun_path);
    return fd &&
           ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool any_exists(std::initializer_list<const char*> paths) {
    return std::any_of(paths.begin(), paths.end(),
                       [](const char* path) { return os::exists(path); });
}

SystemdFacts gather(const Survey& survey) {
    SystemdFacts facts;
    facts.running = os::exists("/run/systemd/system");  // sd_booted(3)
    if (const auto name = os::read_file("/proc/1/comm")) facts.process_one = trim(*name);
    facts.answers = answers("/run/dbus/system_bus_socket") || answers("/run/systemd/private");
    facts.helper_path = CORRAL_SCOPE;
    facts.helper = os::exists(facts.helper_path);
    facts.has_service =
        any_exists({"/lib/systemd/system/corral.service", "/usr/lib/systemd/system/corral.service",
                    "/etc/systemd/system/corral.service"});
    facts.starts_service =
        any_exists({"/etc/systemd/system/multi-user.target.wants/corral.service",
                    "/usr/lib/systemd/system/multi-user.target.wants/corral.service",
                    "/lib/systemd/system/multi-user.target.wants/corral.service"});
    for (const auto& known : survey.wpars)
        if (known.system() && known.definition->general.autostart)
            facts.at_boot.push_back(known.name);
    return facts;
}

}  // namespace

Report judge_systemd(const SystemdFacts& facts) {
    Report report;
    if (!facts.running) {
        report.state =
            cat("process 1 is ", printable(facts.process_one), "; WPARs work without systemd");
        return report;
    }
    report.state = "systemd is process 1 and answers";
    if (!facts.answers)
        report.add({Severity::warning,
                    "systemd answers neither on the system bus nor on its own socket, so WPARs get "
                    "no unit of their own",
                    "systemctl start dbus.socket", "systemd"});
    if (!facts.helper)
        report.add(
            {Severity::error,
             cat("the program '", facts.helper_path, "', which asks systemd for units, is missing"),
             "install Corral again", facts.helper_path});
    if (facts.has_service && !facts.starts_service && !facts.at_boot.empty())
        report.add({Severity::warning,
                    cat("corral.service is not enabled, so at boot nothing starts ",
                        join(facts.at_boot, ", ")),
                    "systemctl enable corral.service", "corral.service"});
    return report;
}

Report look_at_systemd(const Survey& survey) { return judge_systemd(gather(survey)); }

}  // namespace doctor
