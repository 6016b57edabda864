// The tables of all commands. Each is constant data in a file named after its command.
#pragma once
#include <span>

#include "cli/command.h"

namespace cmd {

const cli::Command& mkwpar();
const cli::Command& chwpar();
const cli::Command& lswpar();
const cli::Command& startwpar();
const cli::Command& stopwpar();
const cli::Command& rebootwpar();
const cli::Command& rmwpar();
const cli::Command& clogin();
const cli::Command& wparexec();
const cli::Command& syncwpar();
const cli::Command& chkptwpar();
const cli::Command& restartwpar();
const cli::Command& clonewpar();
const cli::Command& savewpar();
const cli::Command& mkwpardata();
const cli::Command& restwpar();
const cli::Command& restwparfiles();
const cli::Command& lssavewpar();
const cli::Command& verify();
const cli::Command& resumewpar();
const cli::Command& killwpar();
const cli::Command& freeze();
const cli::Command& thaw();
const cli::Command& movewpar();
const cli::Command& autostart();
const cli::Command& autostop();
const cli::Command& doctor();
const cli::Command& generation();

/// In the order in which `corral --help` lists them.
std::span<const cli::Command* const> all_commands();

}  // namespace cmd
