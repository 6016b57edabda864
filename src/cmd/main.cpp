#include <fcntl.h>
#include <linux/close_range.h>
#include <unistd.h>

#include <array>

#include "cli/multicall.h"
#include "cmd/actions.h"
#include "cmd/commands.h"

namespace {

// A descriptor that the caller closed would be given to the next file that is opened.
void fill_standard_descriptors() {
    for (int fd = ::open("/dev/null", O_RDWR); fd >= 0 && fd <= 2;
         fd = ::open("/dev/null", O_RDWR)) {
    }
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
}

}  // namespace

int main(int argc, char** argv) {
    fill_standard_descriptors();
    constexpr std::array internals = {
        cli::Internal{"--ended", cmd::ended}, cli::Internal{"--receive", cmd::receive},
        cli::Internal{"--oom", cmd::oom}, cli::Internal{"--stop", cmd::stop_asked},
        cli::Internal{"--secattrs", cmd::print_secattrs}};
    return cli::multicall(
        {.commands = cmd::all_commands(), .internals = internals, .names = cmd::wpar_names}, argc,
        argv);
}
