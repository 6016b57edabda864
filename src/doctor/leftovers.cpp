#include "doctor/leftovers.h"

#include <algorithm>
#include <set>

#include "doctor/holdings.h"
#include "registry/paths.h"
#include "spec/check.h"
#include "spec/file.h"
#include "spec/generation.h"

namespace doctor {
namespace {

using network::Trace;

class Judgement {
  public:
    Judgement(const Survey& survey, const Holdings& there) : survey_(survey), there_(there) {}
    Report all() &&;

  private:
    void records();
    void groups();
    void mounts();
    void loops();
    void network();
    void storage();
    void add(Severity severity, std::string text, std::string remedy, std::string subject) {
        report_.add({severity, std::move(text), std::move(remedy), std::move(subject)});
    }
    bool may_be_mounted(unsigned generation) const;
    std::string clean_up(const std::string& name) const;
    std::set<std::uint32_t> keys_in_force() const;

    const Survey& survey_;
    const Holdings& there_;
    Report report_ = {};
};

// A start recovers its own WPAR; every changing command those that nobody can name any more.
std::string Judgement::clean_up(const std::string& name) const {
    return survey_.find(name) != nullptr
               ? cat("the next command on it takes that away, like startwpar ", name)
               : std::string(
                     "the next command that changes something takes it away, like corral "
                     "autostart");
}

void Judgement::records() {
    for (const auto& name : there_.records) {
        if (survey_.may_hold(name)) continue;
        const auto path = registry::paths::run(name);
        if (spec::check_name(name))
            add(Severity::warning,
                cat("'", path, "' is the record of a workload partition that has ended"),
                clean_up(name), name);
        else
            add(Severity::warning, cat("'", printable(path), "' belongs to no workload partition"),
                cat("rm -r ", shell_word(path)), path);
    }
}

void Judgement::groups() {
    for (const auto& group : there_.groups) {
        if (survey_.may_hold(group.name)) continue;
        const bool defined = survey_.find(group.name) != nullptr;
        if (group.populated && defined) continue;  // check keepers tells
        const auto name = printable(group.name);
        if (group.populated)
            add(Severity::error,
                cat("processes run in the cgroup of ", name, ", which is no workload partition"),
                cat("rmwpar -F ", shell_word(group.name)), group.name);
        else
            add(Severity::warning, cat("an empty cgroup of ", name, " is left"),
                defined ? clean_up(group.name) : cat("rmwpar -F ", shell_word(group.name)),
                group.name);
    }
}

void Judgement::mounts() {
    for (const auto& known : survey_.wpars) {
        if (!known.system() || survey_.may_hold(known.name)) continue;
        const auto base = known.definition->directory();
        for (const auto& mount : there_.mounts)
            if (os::is_below(mount.point, base))
                add(Severity::warning,
                    cat("'", printable(mount.point), "' is mounted, but ", known.name,
                        " is not loaded"),
                    cat("umount ", shell_word(mount.point)), known.name);
    }
}

// Below the storage: NAME/MOUNTPOINT.img.
std::string owner_of(const std::string& image) {
    const auto inside = image.substr(registry::paths::storage.size() + 1);
    return inside.substr(0, inside.find('/'));
}

// "/var/lib/wpars/.generations/3/image.erofs"
std::optional<unsigned> generation_in(const std::string& image) {
    if (!os::is_below(image, registry::paths::generations)) return std::nullopt;
    const auto inside = image.substr(registry::paths::generations.size() + 1);
    return static_cast<unsigned>(to_number(inside.substr(0, inside.find('/'))).value_or(0));
}

// Whoever works on a WPAR may have it open for a moment.
bool Judgement::may_be_mounted(unsigned generation) const {
    if (!survey_.in_operation.empty()) return true;
    return std::any_of(survey_.wpars.begin(), survey_.wpars.end(), [&](const Known& known) {
        if (!known.alive.any() || !known.in_force()) return false;
        const auto used = spec::generations_of(*known.in_force());
        return std::find(used.begin(), used.end(), generation) != used.end();
    });
}

void Judgement::loops() {
    for (const auto& loop : there_.loops) {
        if (const auto generation = generation_in(loop.backing)) {
            if (!may_be_mounted(*generation))
                add(Severity::warning,
                    cat(loop.device, " holds generation ", *generation,
                        ", which no loaded workload partition uses"),
                    "corral generation remove --unused takes it away, and with it all that are not "
                    "used",
                    cat("generation ", *generation));
            continue;
        }
        const auto owner = owner_of(loop.backing);
        if (!survey_.may_hold(owner))
            add(Severity::warning,
                cat(loop.device, " holds '", printable(loop.backing), "', but ", printable(owner),
                    " is not loaded"),
                cat("losetup -d ", loop.device), owner);
    }
}

std::set<std::uint32_t> Judgement::keys_in_force() const {
    std::set<std::uint32_t> keys;
    for (const auto& known : survey_.wpars) {
        if (!survey_.may_hold(known.name)) continue;
        for (const auto& definition : {known.definition, known.loaded_as})
            if (definition) keys.insert(definition->general.key);
    }
    for (const auto& name : survey_.in_operation) {
        const auto operation = registry::holder(name);
        if (!operation) continue;
        if (const auto making = spec::parse(operation->definition, name))
            keys.insert(making->general.key);
    }
    return keys;
}

std::string removal_of(const Trace& trace) {
    switch (trace.sort) {
        case Trace::Sort::link:
            return cat("ip link delete ", trace.shown.substr(trace.shown.rfind(' ') + 1));
        case Trace::Sort::record:
            return cat("rm ", shell_word(trace.shown));
        case Trace::Sort::element:
            break;
    }
    return "it goes with the guard's table, when the last active workload partition ends";
}

void Judgement::network() {
    const auto keys = keys_in_force();
    for (const auto& trace : there_.traces) {
        if (keys.contains(trace.key)) continue;
        const auto owner = trace.owner.empty()
                               ? cat("id ", trace.key)
                               : cat(printable(trace.owner), " (id ", trace.key, ")");
        add(trace.sort == Trace::Sort::element ? Severity::note : Severity::warning,
            cat(trace.shown, " is left of ", owner, ", which is not loaded"), removal_of(trace),
            trace.owner.empty() ? cat(trace.key) : trace.owner);
    }
    if (there_.guard_idle && keys.empty())
        add(Severity::warning,
            "the guard's table is there, but no workload partition has a network",
            "nft 'add table inet corral; delete table inet corral; add table bridge corral; "
            "delete table bridge corral'",
            "table inet corral");
}

void Judgement::storage() {
    for (const auto& name : there_.images)
        if (survey_.find(name) == nullptr && !survey_.may_hold(name))
            add(Severity::note,
                cat("'", printable(registry::paths::images(name)),
                    "' holds images of no workload partition; rmwpar -p leaves them"),
                {}, registry::paths::images(name));
    for (const auto& path : there_.bases) {
        const auto is_used = [&](const Known& known) {
            return !known.definition || os::is_below(known.definition->directory(), path) ||
                   os::is_below(path, known.definition->directory());
        };
        const auto& wpars = survey_.wpars;
        if (survey_.in_operation.empty() && std::none_of(wpars.begin(), wpars.end(), is_used))
            add(Severity::note,
                cat("'", printable(path), "' is no workload partition's; rmwpar -p leaves them"),
                {}, path);
    }
}

Report Judgement::all() && {
    records();
    groups();
    mounts();
    loops();
    network();
    storage();
    if (report_.findings.empty()) report_.state = "nothing that belongs to nobody";
    return std::move(report_);
}

}  // namespace

Report judge_leftovers(const Survey& survey, const Holdings& holdings) {
    return Judgement(survey, holdings).all();
}

Report look_at_leftovers(const Survey& survey) {
    if (!survey.root) return {"", {root_only("what was left behind")}};
    return judge_leftovers(survey, gather_holdings());
}

}  // namespace doctor
