// What a check has to say, as values: whoever judges facts is tested without the machine that they come from.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace doctor {

/// Ascending.
enum class Severity : std::uint8_t {
    ok,
    note,     // worth knowing; nothing has to be done
    unknown,  // could not be looked at, mostly for lack of root's rights
    warning,  // something is not as it should be, or will not be for long
    error     // WPARs cannot be made or started, or are not safe, until it is mended
};
std::string_view word(Severity severity);  // "ok", "note", "unknown", "warning", "error"

struct Finding {
    Severity severity = Severity::note;
    std::string text = {};     // what is so
    std::string remedy = {};   // what mends it; empty: nothing has to be done
    std::string subject = {};  // whom it is about: a WPAR, a path, an interface
};

struct Report {
    std::string state = {};  // what there is, in a line
    std::vector<Finding> findings = {};
    void add(Finding finding) { findings.push_back(std::move(finding)); }
    /// The worst of the findings.
    Severity verdict() const;
};

/// An error of ours runs "cause; remedy": its halves.
Finding finding_of(Severity severity, const Error& error);
/// For what an ordinary user cannot look at: "the rules of firewalls only root can see".
Finding root_only(std::string_view what);

}  // namespace doctor
