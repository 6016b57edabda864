// clogin: a session inside an active WPAR.
#pragma once
#include <optional>
#include <string>

#include "base/result.h"

namespace partition {

struct LoginCall {
    std::string name = {};
    std::string user = "root";
    std::optional<std::string> command = {};  // for the user's shell; nothing: a login shell
    bool ask_password = false;                // -C: of the user, by the WPAR's own su
    bool terminal = true;
};
/// The session's exit status.
Result<int> log_in(const LoginCall& call);

}  // namespace partition
