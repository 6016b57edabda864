// Everything about a definition that can be judged without looking at the machine.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "spec/definition.h"

namespace spec {

/// AIX's rules: 1..25 bytes of ASCII, no leading '-' or '0', none of its forbidden characters.
Result<void> check_name(std::string_view name);
/// The nearest name that check_name accepts: for a WPAR named after its program ("backup.sh" is
/// "backup_sh").
std::string usable_name(std::string_view wished);
Result<void> check_hostname(std::string_view hostname);
/// Absolute and normal: no "." or "..", no doubled or trailing slash, nothing unprintable.
Result<void> check_path(std::string_view path);

struct Knowledge {
    std::span<const std::string_view> privileges =
        {};  // all known privilege names; none given: not judged
};
/// All problems at once, a line each; the first line is the first problem. Kind::invalid. Mounts
/// are judged as with_default_mounts completes them.
Result<void> check(const Definition& definition, const Knowledge& knowledge = {});

}  // namespace spec
