// Who watches an operation. Below cli nothing prints: operations tell their observer.
#pragma once
#include <functional>
#include <string_view>

namespace partition {

struct Observer {
    std::function<void(std::string_view)> say = {};       // AIX's progress lines, in AIX's order
    std::function<void(std::string_view)> detail = {};    // for -v
    std::function<void(std::string_view)> warn = {};      // something is odd, the operation goes on
    std::function<void(std::string_view)> progress = {};  // a passing line, on a terminal only

    void tell(std::string_view line) const {
        if (say) say(line);
    }
    void tell_detail(std::string_view line) const {
        if (detail) detail(line);
    }
    void tell_progress(std::string_view line) const {
        if (progress) progress(line);
    }
    void tell_warning(std::string_view line) const {
        if (warn) warn(line);
    }
};

/// How every operation that changes something is run.
struct Manner {
    Observer observer = {};
    bool dry_run = false;  // check everything, print what would be done, do nothing
};

}  // namespace partition
