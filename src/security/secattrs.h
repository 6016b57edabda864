// /etc/wpars/secattrs: the privileges of every system WPAR whose definition names none. A stanza
// file as all of AIX's.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace security {

/// The privileges of stanza `default` (the only one): "default:" and "privs = PV_...,PV_...", which
/// may go on over several lines that end in a comma, or be repeated. `*` and `#` begin comments.
/// Kind::invalid names the line.
Result<std::vector<std::string>> parse_secattrs(std::string_view text);
/// What is installed as /etc/wpars/secattrs: the default set, explained.
std::string default_secattrs();

}  // namespace security
