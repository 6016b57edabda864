#include "doctor/namespaces.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "os/child.h"
#include "os/dir.h"

namespace doctor {
namespace {

struct KindOf {
    std::string_view name;
    int flag;
};
constexpr KindOf kinds[] = {{"user", CLONE_NEWUSER},    {"mnt", CLONE_NEWNS},
                            {"pid", CLONE_NEWPID},      {"net", CLONE_NEWNET},
                            {"uts", CLONE_NEWUTS},      {"ipc", CLONE_NEWIPC},
                            {"cgroup", CLONE_NEWCGROUP}};

// In a child, which takes it along when it ends. An ordinary user needs a user namespace to make any other.
int try_namespace(int flag, bool root) {
    const pid_t child = ::fork();
    if (child < 0) return errno;
    if (child == 0) ::_exit(::unshare(root ? flag : flag | CLONE_NEWUSER) == 0 ? 0 : errno);
    const int status = os::reap(child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

std::string setting_of(std::string_view kind) { return cat("user.max_", kind, "_namespaces"); }

std::string raise(const TriedNamespace& tried) {
    const auto setting = setting_of(tried.kind);
    return cat("sysctl -w ", setting, "=65536, and the same in /etc/sysctl.d/wpars.conf");
}

Finding finding_for(const TriedNamespace& tried, bool root) {
    const auto subject = std::string(tried.kind);
    if (tried.error == ENOSPC || tried.error == EUSERS)
        return {Severity::error,
                cat("no more ", tried.kind, " namespaces can be made (", setting_of(tried.kind),
                    tried.most ? cat(" is ", *tried.most) : std::string(), ")"),
                raise(tried), subject};
    if (tried.error == EINVAL)
        return {Severity::error, cat("this kernel was built without ", tried.kind, " namespaces"),
                "boot a kernel with namespaces; Debian's have all", subject};
    if (!root)
        return {
            Severity::unknown,
            cat("ordinary users may not make ", tried.kind, " namespaces here; whether root may"),
            "run corral doctor as root of the global environment", subject};
    return {Severity::error,
            cat(tried.kind,
                " namespaces are refused: ", Error::os(tried.error, "unshare", tried.kind).text),
            "a container around us or a security module forbids them; run on the machine itself",
            subject};
}

}  // namespace

Report judge_namespaces(const NamespaceFacts& facts) {
    Report report;
    if (facts.contained)
        report.add({Severity::error,
                    "this is a workload partition or another container with user ids of its own, "
                    "where no workload partition can be made",
                    "run the commands in the global environment", "user"});
    std::vector<std::string> names;
    for (const auto& tried : facts.tried) {
        names.emplace_back(tried.kind);
        if (tried.error != 0)
            report.add(finding_for(tried, facts.root));
        else if (tried.most && *tried.most < facts.wpars)
            report.add({Severity::warning,
                        cat(setting_of(tried.kind), " is ", *tried.most, ", less than the ",
                            facts.wpars, " workload partitions that are defined"),
                        raise(tried), std::string(tried.kind)});
    }
    report.state = join(names, " ");
    return report;
}

Report look_at_namespaces(const Survey& survey) {
    NamespaceFacts facts = {
        .root = survey.root, .contained = survey.contained, .wpars = survey.wpars.size()};
    for (const auto& kind : kinds) {
        TriedNamespace tried = {kind.name, try_namespace(kind.flag, survey.root), {}};
        if (const auto most = os::read_file(cat("/proc/sys/user/max_", kind.name, "_namespaces")))
            tried.most = to_number(trim(*most));
        facts.tried.push_back(tried);
    }
    return judge_namespaces(facts);
}

}  // namespace doctor
