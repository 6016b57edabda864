// Check "namespaces": all kinds can be made, and enough of them.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct TriedNamespace {
    std::string_view kind = {};              // "user", as in user.max_user_namespaces
    int error = 0;                           // errno of making one; 0: made
    std::optional<std::uint64_t> most = {};  // the sysctl
};
struct NamespaceFacts {
    bool root = true;
    bool contained = false;   // we live in a user namespace ourselves
    std::uint64_t wpars = 0;  // each active one has one of each kind
    std::vector<TriedNamespace> tried = {};
};
Report judge_namespaces(const NamespaceFacts& facts);

Report look_at_namespaces(const Survey& survey);

}  // namespace doctor
