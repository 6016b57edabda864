#include "registry/ids.h"

#include <set>
#include <vector>

#include "os/dir.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "spec/file.h"

namespace registry {
namespace {

struct Range {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    bool overlaps(std::uint64_t base) const {
        return base < first + count && first < base + ids_per_wpar;
    }
};

struct Taken {
    std::set<std::uint32_t> keys = {};
    std::vector<Range> ranges = {};
    void add(const spec::Definition& definition) {
        if (definition.general.key != 0) keys.insert(definition.general.key);
        if (definition.general.idbase != 0)
            ranges.push_back({definition.general.idbase, ids_per_wpar});
    }
    bool range_is_free(std::uint64_t base) const {
        for (const auto& range : ranges)
            if (range.overlaps(base)) return false;
        return true;
    }
};

// subuid(5): NAME:FIRST:COUNT
void add_subordinate(const std::string& path, Taken& taken) {
    const auto text = os::read_file(path);
    if (!text) return;  // none handed out
    for (const auto& line : split(*text, '\n')) {
        const auto fields = split(line, ':');
        if (fields.size() != 3) continue;
        const auto first = to_number(trim(fields[1]));
        const auto count = to_number(trim(fields[2]));
        if (first && count) taken.ranges.push_back({*first, *count});
    }
}

Result<Taken> collect(const std::string& except_name) {
    Taken taken;
    for (const auto& name : TRY(names())) {
        if (name == except_name) continue;
        const auto definition = load(name);
        if (definition) taken.add(*definition);  // a damaged one is lswpar's to report
    }
    for (const auto& name : TRY(held_locks())) {
        const auto operation = holder(name);
        if (!operation || name == except_name || operation->definition.empty()) continue;
        const auto definition = spec::parse(operation->definition, name);
        if (definition) taken.add(*definition);
    }
    add_subordinate("/etc/subuid", taken);
    add_subordinate("/etc/subgid", taken);
    return taken;
}

}  // namespace

Result<Ids> allocate_ids() {
    const auto taken = TRY(collect({}));
    for (std::uint32_t key = 1; key <= most_keys; ++key) {
        const auto base = first_idbase + key * ids_per_wpar;
        if (!taken.keys.contains(key) && taken.range_is_free(base)) return Ids{key, base};
    }
    return Error{Kind::full, cat("all ", most_keys,
                                 " workload partition ids are in use; remove a "
                                 "workload partition with rmwpar first")}
        .explained_by(checks::ids);
}

Result<bool> ids_are_free(const Ids& ids, const std::string& except_name) {
    const auto taken = TRY(collect(except_name));
    return !taken.keys.contains(ids.key) && taken.range_is_free(ids.idbase);
}

}  // namespace registry
