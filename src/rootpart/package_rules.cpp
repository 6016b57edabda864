#include "rootpart/package_rules.h"

#include "rootpart/place.h"

namespace rootpart {
namespace {

constexpr auto question_path = "etc/dpkg/usr-is-shared";

constexpr std::string_view rule =
    "# Of a workload partition that shares /usr with the global environment.\n"
    "pre-invoke=/etc/dpkg/usr-is-shared\n";

// apt asks before it marks what is to go, dpkg whoever calls it.
constexpr std::string_view apt_rule =
    "// Of a workload partition that shares /usr with the global environment.\n"
    "DPkg::Pre-Invoke { \"/etc/dpkg/usr-is-shared\"; };\n";

// dpkg would find out in the middle of unpacking. It asks the kernel, so that a WPAR whose /usr became its own is free
// to install.
constexpr std::string_view question =
    "#!/bin/sh\n"
    "# Called by dpkg before it does anything: /etc/dpkg/dpkg.cfg.d/corral.\n"
    "[ -w /usr ] && exit\n"
    "cat >&2 <<'END'\n"
    "dpkg: /usr is shared with the global environment and read-only in this workload partition, so "
    "nothing\n"
    "dpkg: can be installed, upgraded or removed here. Do it in the global environment, and then "
    "there:\n"
    "dpkg:     syncwpar NAME\n"
    "dpkg: Or make a workload partition with software of its own, there: mkwpar -l -n NAME\n"
    "END\n"
    "exit 1\n";

}  // namespace

Result<void> write_package_rules(const os::Dir& target, const Options& options) {
    if (options.private_usr || !target.has("etc/dpkg")) return {};
    TRY(place_file(target, target, {question_path, std::string(question), 0755}));
    if (target.has("etc/apt/apt.conf.d"))
        TRY(place_file(target, target, {"etc/apt/apt.conf.d/00corral", std::string(apt_rule)}));
    return place_file(target, target, {"etc/dpkg/dpkg.cfg.d/corral", std::string(rule)});
}

}  // namespace rootpart
