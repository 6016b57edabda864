#include "doctor/survey.h"

#include <unistd.h>

#include <algorithm>

#include "os/dir.h"
#include "registry/lock.h"
#include "registry/store.h"

namespace doctor {
namespace {

Known look_at(const std::string& name) {
    Known known;
    known.name = name;
    auto definition = registry::load(name);
    if (definition)
        known.definition = *std::move(definition);
    else
        known.problem = definition.error();
    known.alive = registry::alive(name);
    if (!known.alive.any()) return known;
    if (auto loaded = registry::load_loaded(name)) known.loaded_as = *std::move(loaded);
    return known;
}

// In the initial user namespace all ids are mapped to themselves.
bool in_user_namespace() {
    const auto map = os::read_file("/proc/self/uid_map");
    return map && words(*map) != std::vector<std::string>{"0", "0", "4294967295"};
}

}  // namespace

const Known* Survey::find(const std::string& name) const {
    const auto found = std::find_if(wpars.begin(), wpars.end(),
                                    [&](const Known& known) { return known.name == name; });
    return found == wpars.end() ? nullptr : &*found;
}

bool Survey::may_hold(const std::string& name) const {
    if (std::find(in_operation.begin(), in_operation.end(), name) != in_operation.end())
        return true;
    const auto* known = find(name);
    return known != nullptr ? known->alive.any() : registry::alive(name).any();
}

Survey look_around() {
    Survey survey;
    survey.contained = in_user_namespace();
    survey.root = ::geteuid() == 0 && !survey.contained;
    if (auto held = registry::held_locks()) survey.in_operation = *std::move(held);
    const auto names = registry::names();
    if (!names) return survey;  // nothing was ever made, or check permissions tells
    for (const auto& name : *names) {
        auto known = look_at(name);
        known.in_operation = std::find(survey.in_operation.begin(), survey.in_operation.end(),
                                       name) != survey.in_operation.end();
        survey.wpars.push_back(std::move(known));
    }
    return survey;
}

}  // namespace doctor
