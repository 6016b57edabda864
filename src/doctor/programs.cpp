#include "doctor/programs.h"

#include <array>

#include "filesystem/make.h"
#include "os/dir.h"
#include "partition/storage.h"

namespace doctor {
namespace {

using filesystem::Type;

constexpr std::array always = {
    ProgramNeed{"nft", "nftables", "addresses are guarded with it", Severity::error},
    ProgramNeed{"getent", "libc-bin", "host names are resolved with it", Severity::error},
    ProgramNeed{"timeout", "coreutils", "host names are resolved with it", Severity::error},
    ProgramNeed{"sh", "dash", "scripts of users are run with it", Severity::error},
};

struct Maker {
    Type type;
    ProgramNeed need;
};
constexpr std::array makers = {
    Maker{Type::ext4,
          {"mkfs.ext4", "e2fsprogs", "makes file systems with a size", Severity::warning}},
    Maker{Type::xfs, {"mkfs.xfs", "xfsprogs", "makes file systems with vfs=xfs"}},
    Maker{Type::btrfs, {"mkfs.btrfs", "btrfs-progs", "makes file systems with vfs=btrfs"}},
};
constexpr ProgramNeed volumes = {"lvcreate", "lvm2", "makes file systems in volume groups"};

bool uses(const Survey& survey, bool (*fits)(const filesystem::FileSystem&, Type), Type type) {
    for (const auto& known : survey.wpars) {
        if (!known.definition) continue;
        const auto all = partition::file_systems(*known.definition);
        for (const auto& one : all ? *all : std::vector<filesystem::FileSystem>{})
            if (fits(one, type)) return true;
    }
    return false;
}

ProgramNeed worse_if(bool used, ProgramNeed need) {
    if (used) need.lacking = Severity::warning;
    return need;
}

bool is_there(std::string_view program) {
    return static_cast<bool>(filesystem::need_program(program, ""));
}

}  // namespace

std::vector<ProgramNeed> program_needs(const Survey& survey) {
    std::vector<ProgramNeed> needs(always.begin(), always.end());
    needs.push_back({CORRAL_KEEPER, "corral", "holds every active WPAR", Severity::error});
    for (const auto& maker : makers)
        needs.push_back(worse_if(
            uses(
                survey,
                [](const filesystem::FileSystem& one, Type type) { return one.type == type; },
                maker.type),
            maker.need));
    needs.push_back(worse_if(
        uses(
            survey,
            [](const filesystem::FileSystem& one, Type) { return !one.volume_group.empty(); },
            Type::ext4),
        volumes));
    return needs;
}

Report judge_programs(const ProgramFacts& facts) {
    Report report;
    std::vector<std::string> there;
    for (const auto& need : facts.needs) {
        if (!facts.missing.contains(need.program)) {
            there.emplace_back(need.program.substr(need.program.rfind('/') + 1));
            continue;
        }
        report.add({need.lacking, cat("program '", need.program, "' is missing: ", need.purpose),
                    cat("install package ", need.package), std::string(need.program)});
    }
    report.state = join(there, " ");
    return report;
}

Report look_at_programs(const Survey& survey) {
    ProgramFacts facts = {.needs = program_needs(survey)};
    for (const auto& need : facts.needs) {
        const bool path = need.program.starts_with('/');
        if (path ? os::exists(std::string(need.program)) : is_there(need.program)) continue;
        facts.missing.emplace(need.program);
    }
    return judge_programs(facts);
}

}  // namespace doctor
