#include "cmd/commands.h"

#include <array>

namespace cmd {

std::span<const cli::Command* const> all_commands() {
    static const std::array all = {&mkwpar(),     &chwpar(),     &lswpar(),        &startwpar(),
                                   &stopwpar(),   &rebootwpar(), &rmwpar(),        &clogin(),
                                   &wparexec(),   &syncwpar(),   &autostart(),     &autostop(),
                                   &doctor(),     &generation(), &clonewpar(),     &savewpar(),
                                   &mkwpardata(), &restwpar(),   &restwparfiles(), &lssavewpar(),
                                   &verify(),     &resumewpar(), &killwpar(),      &freeze(),
                                   &thaw(),       &chkptwpar(),  &restartwpar(),   &movewpar()};
    return all;
}

}  // namespace cmd
