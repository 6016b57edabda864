// /etc/wpars/defaults: what the administrator of this machine wants new WPARs to be like.
#pragma once
#include <string_view>

#include "base/result.h"
#include "spec/definition.h"

namespace partition {

struct SiteDefaults {
    bool share_generations =
        false;  // /usr and /opt of shared WPARs are the newest generation's, not the live ones
    bool has_opt = true;  // of the machine, not of the file: there is an /opt to be shared
    bool operator==(const SiteDefaults&) const = default;
};
/// Lines `name = value`; '#' begins a comment. Kind::invalid names the line.
Result<SiteDefaults> parse_site_defaults(std::string_view text);
/// The file's; a missing one says nothing.
Result<SiteDefaults> site_defaults();
/// With what they add to what was asked for.
spec::Definition with_site_defaults(spec::Definition definition, const SiteDefaults& defaults);

}  // namespace partition
