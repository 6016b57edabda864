#include "security/secattrs.h"

#include <cstdio>

#include "cmd/actions.h"

namespace cmd {

int print_secattrs(std::span<const std::string>) {
    const auto text = security::default_secattrs();
    return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace cmd
