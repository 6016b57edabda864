// What movewpar on another host runs here, over ssh.
#include <fcntl.h>
#include <unistd.h>

#include "cli/run.h"
#include "cmd/actions.h"
#include "os/interrupt.h"
#include "partition/mobility/arrive.h"

namespace cmd {
namespace {

// Its standard descriptors become nobody's, so that no program we run writes into the link.
Result<wire::Stream> take_link() {
    UniqueFd input(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    UniqueFd output(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!input || !output) return Error::os(errno, "dup", "link");
    const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!nothing || ::dup2(nothing.get(), STDIN_FILENO) < 0 ||
        ::dup2(nothing.get(), STDOUT_FILENO) < 0)
        return Error::os(errno, "dup2", "/dev/null");
    return wire::Stream(std::move(input), std::move(output));
}

int failed(const Error& error) {
    const auto text = cat("corral: ", error.shown(), "\n");
    (void)!::write(STDERR_FILENO, text.data(), text.size());
    return 1;
}

}  // namespace

int receive(std::span<const std::string>) {
    if (::geteuid() != 0) return failed({Kind::denied, "only root may do this"});
    cli::outlive_closed_pipes();  // a link that is cut, here
    os::catch_interrupts();
    auto link = take_link();
    if (!link) return failed(link.error());
    const auto served = partition::mobility::serve_moves(*link);
    return served ? 0 : failed(served.error());
}

}  // namespace cmd
