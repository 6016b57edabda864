#include "checkpoint/namespaces.h"

#include <array>
#include <string_view>

namespace checkpoint {
namespace {

struct Sort {
    std::string_view kind;
    std::string_view remedy;
};
constexpr auto container = "end that container or sandbox";
constexpr std::array nested = {
    Sort{"uts", "let the service do without ProtectHostname=, as mkwpar -c sees to"},
    Sort{"ipc", "let the service do without PrivateIPC="},
    Sort{"user", "let the service do without PrivateUsers=, or end that container or sandbox"},
    Sort{"net", "let the service do without PrivateNetwork=, as mkwpar -c sees to"},
    Sort{"pid", container},
    Sort{"cgroup", container},
    Sort{"time", container},
};

}  // namespace

void look_at_namespaces(const Process& process, const Process& init, Findings& findings) {
    for (const auto& [kind, remedy] : nested) {
        const auto own = process.name_space(std::string(kind));
        const auto common = init.name_space(std::string(kind));
        if (own && common && *own != *common)
            findings.add(process,
                         {cat("it is in a ", kind, " namespace of its own"), std::string(remedy)});
    }
    const auto time = process.name_space("time");
    const auto children = process.name_space("time_for_children");
    if (time && children && *time != *children)
        findings.add(process, {"it has made a time namespace for its children", container});
}

}  // namespace checkpoint
