#include <array>

#include "cli/multicall.h"
#include "cmd/actions.h"
#include "cmd/commands.h"

int main(int argc, char** argv) {
    const std::array commands = {
        &cmd::mkwpar(),     &cmd::chwpar(), &cmd::lswpar(), &cmd::startwpar(), &cmd::stopwpar(),
        &cmd::rebootwpar(), &cmd::rmwpar(), &cmd::clogin(), &cmd::wparexec(),  &cmd::autostart()};
    constexpr std::array internals = {cli::Internal{"--ended", cmd::ended},
                                      cli::Internal{"--secattrs", cmd::print_secattrs}};
    return cli::multicall({.commands = commands, .internals = internals, .names = cmd::wpar_names},
                          argc, argv);
}
