#include "cmd/operation_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "base/fd.h"
#include "base/time.h"
#include "cmd/manner.h"

namespace cmd {
namespace {

class Log {
  public:
    Log(UniqueFd file, std::string command)
        : file_(std::move(file)), command_(std::move(command)) {}
    // A log that cannot be written stops nobody's work.
    void add(std::string_view text) const {
        const auto line =
            cat(local_time(::time(nullptr), "%F %T"), " ", command_, ": ", printable(text), "\n");
        (void)!::write(file_.get(), line.data(), line.size());
    }

  private:
    UniqueFd file_;
    std::string command_;
};

Result<bool> tells_all(const cli::Arguments& given) {
    if (!given.has('l')) return false;
    const auto& level = given.value('l');
    if (level == "debug") return true;
    if (level == "error") return false;
    return Error{Kind::invalid,
                 cat("flag -l: '", printable(level), "' is no level; debug and error are")};
}

Result<Log> open_log(const cli::Arguments& given, const cli::Terminal& terminal) {
    const auto& path = given.value('o');
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600));
    if (!file) return Error::os(errno, "open", path).within("flag -o");
    return Log(std::move(file), terminal.command());
}

using Tell = std::function<void(std::string_view)>;

Tell both(const Log& log, Tell other) {
    return [&log, other = std::move(other)](std::string_view line) {
        log.add(line);
        if (other) other(line);
    };
}

}  // namespace

Result<void> run_logged(const cli::Arguments& given, cli::Terminal& terminal,
                        const std::function<Result<void>(const partition::Manner&)>& operation) {
    const bool all = TRY(tells_all(given));
    auto how = manner(given, terminal);
    if (!given.has('o') || how.dry_run) return operation(how);
    const auto log = TRY(open_log(given, terminal));
    how.observer.warn = both(log, how.observer.warn);
    if (all) how.observer.say = both(log, how.observer.say);
    if (all) how.observer.detail = both(log, how.observer.detail);
    auto done = operation(how);
    if (!done) log.add(done.error().shown());
    return done;
}

}  // namespace cmd
