#include "doctor/clock.h"

#include <sys/stat.h>
#include <sys/timex.h>

#include <algorithm>
#include <ctime>

#include "base/time.h"

namespace doctor {
namespace {

constexpr std::int64_t day = 86400;
constexpr std::int64_t plausible_years = 30;

std::string show(std::int64_t seconds) { return local_time(seconds, "%F %T %Z"); }

bool is_synchronised() {
    timex asked = {};
    return ::adjtimex(&asked) != TIME_ERROR && (asked.status & STA_UNSYNC) == 0;
}

}  // namespace

Report judge_clock(const ClockFacts& facts) {
    Report report;
    report.state = cat(show(facts.now), facts.synchronised ? ", synchronised" : "");
    const std::string set =
        "set it (timedatectl set-time, date -s), and let a time service keep it";
    // a day's grace: time zones, and files that were unpacked with a date of their own
    const auto reference = std::max(facts.installed, facts.newest);
    if (facts.now + day < reference)
        report.add({Severity::warning,
                    cat("the clock shows ", show(facts.now),
                        ", but something of Corral's was made ", show(reference)),
                    set, "clock"});
    if (facts.installed != 0 && facts.now > facts.installed + plausible_years * 365 * day)
        report.add({Severity::warning,
                    cat("the clock shows ", show(facts.now), ", ", plausible_years,
                        " years after Corral was installed"),
                    set, "clock"});
    if (!facts.synchronised)
        report.add({Severity::note,
                    "nothing synchronises the clock (where the machine below does, that is well)",
                    "install a time service, like package systemd-timesyncd or chrony", "clock"});
    return report;
}

Report look_at_clock(const Survey& survey) {
    ClockFacts facts = {.now = std::time(nullptr), .synchronised = is_synchronised()};
    struct stat program = {};
    // the change of its inode, not its date: packages and reproducible builds give files old ones
    if (::stat("/proc/self/exe", &program) == 0) facts.installed = program.st_ctime;
    for (const auto& known : survey.wpars)
        if (known.definition)
            facts.newest = std::max(
                {facts.newest, known.definition->general.cdate, known.definition->general.mdate});
    return judge_clock(facts);
}

}  // namespace doctor
