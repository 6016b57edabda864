#include "doctor/cgroup.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "cgroup/group.h"
#include "os/child.h"
#include "os/dir.h"
#include "os/namespace.h"
#include "partition/wishes.h"

namespace doctor {
namespace {

// The group that we are in already, so nothing changes: "0::/user.slice" below the tree's top.
std::string own_group(const cgroup::Hierarchy& host) {
    const auto text = os::read_file("/proc/self/cgroup");
    if (!text) return host.v2();
    for (const auto& line : split(*text, '\n'))
        if (line.starts_with("0::")) return cat(host.v2(), line.substr(3));
    return host.v2();
}

std::optional<int> try_birth(const cgroup::Hierarchy& host) {
    const auto group = os::Dir::open(own_group(host));
    if (!group) return std::nullopt;  // our group is not below the tree that we see
    const auto child = os::clone_process({.cgroup = group->fd()});
    if (!child) return child.error().os_number;
    if (child->pid == 0) ::_exit(0);
    (void)os::reap(child->pid);
    return 0;
}

CgroupFacts gather(const Survey& survey) {
    CgroupFacts facts;
    const auto& host = cgroup::Hierarchy::host();
    if (!host) {
        facts.none = host.error();
        return facts;
    }
    facts.described = host->describe();
    facts.top = host->v2();
    for (const auto controller : cgroup::controllers)
        if (const auto there = host->require(controller); !there)
            facts.lacking.push_back({std::string(cgroup::name_of(controller)), there.error()});
    if (survey.root) {
        facts.writable = ::faccessat(AT_FDCWD, facts.top.c_str(), W_OK, AT_EACCESS) == 0;
        facts.birth = try_birth(*host);
    }
    for (const auto& known : survey.wpars) {
        if (!known.definition) continue;
        const auto wanted = partition::limits(known.definition->resources);
        const auto met = wanted ? cgroup::check(*host, *wanted) : wanted.error();
        if (!met && met.error().kind == Kind::unsupported)
            facts.unmet.push_back({known.name, met.error()});
    }
    return facts;
}

bool is_rare(const std::string& controller) {
    return controller == "hugetlb" || controller == "cpuset";
}

// "cgroup controller 'cpu' is missing: it is ...; boot with ...": the half after the semicolon is the remedy.
Finding lacking(const LackingController& controller) {
    auto finding = finding_of(is_rare(controller.name) ? Severity::note : Severity::warning,
                              controller.reason);
    finding.subject = controller.name;
    return finding;
}

}  // namespace

Report judge_cgroup(const CgroupFacts& facts) {
    Report report;
    report.state = facts.described;
    if (facts.none) {
        report.add(finding_of(Severity::error, *facts.none));
        return report;
    }
    if (!facts.writable)
        report.add({Severity::error, cat("no groups can be made in '", facts.top, "'"),
                    cat("a container around us keeps it read-only; there, mount it writable and "
                        "delegate it (systemd: Delegate=yes)"),
                    facts.top});
    if (facts.birth && *facts.birth != 0 && *facts.birth != EACCES)
        report.add({Severity::error,
                    cat("no process can be born into a group: ",
                        Error::os(*facts.birth, "clone3", "CLONE_INTO_CGROUP").text),
                    "boot Linux 5.7 or newer; Debian 12's can", facts.top});
    for (const auto& controller : facts.lacking) report.add(lacking(controller));
    for (const auto& wanted : facts.unmet) {
        auto finding = finding_of(Severity::error, wanted.reason);
        finding.text = cat("limits of ", wanted.wpar, ": ", finding.text);
        finding.subject = wanted.wpar;
        report.add(std::move(finding));
    }
    return report;
}

Report look_at_cgroup(const Survey& survey) { return judge_cgroup(gather(survey)); }

}  // namespace doctor
