#include "partition/mobility/criu.h"

#include <fcntl.h>

#include <cerrno>

#include "base/fd.h"
#include "checkpoint/criu_probe.h"
#include "os/dir.h"
#include "os/write_all.h"

namespace partition::mobility {
namespace {

constexpr std::size_t limit = std::size_t{256} << 20;

Result<void> add(const std::string& from, const std::string& to) {
    const auto text = TRY(os::read_file(from, limit));
    const UniqueFd file(
        ::open(to.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600));
    if (!file) return Error::os(errno, "open", to);
    return os::write_all(file.get(), text, to);
}

}  // namespace

void add_criu_log(const std::string& from, const std::string& to, const Observer& observer) {
    if (to.empty()) return;
    const auto done = add(from, to);
    if (!done) observer.tell_warning(cat("CRIU's log: ", done.error().shown()));
}

Error explained(const Error& error) {
    if (error.kind != Kind::other) return error;
    const auto criu = checkpoint::check_criu(checkpoint::find_criu());
    return criu.usable ? error : checkpoint::unusable(criu);
}

}  // namespace partition::mobility
