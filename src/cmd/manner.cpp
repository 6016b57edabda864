#include "cmd/manner.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "os/interrupt.h"

namespace cmd {
namespace {

// Echo is back on every way out.
class Silence {
  public:
    explicit Silence(int terminal) : terminal_(terminal) {
        ::tcgetattr(terminal_, &before_);
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(terminal_, TCSAFLUSH, &silent);
    }
    ~Silence() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

  private:
    int terminal_;
    termios before_ = {};
};

// Silent before it prompts: the switch throws away what was typed until then.
Result<std::string> read_answer(int terminal, std::string_view prompt) {
    std::string answer;
    {
        const Silence silence(terminal);
        (void)!::write(terminal, prompt.data(), prompt.size());
        char letter = 0;
        ssize_t got = 0;
        while ((got = ::read(terminal, &letter, 1)) == 1 && letter != '\n') answer += letter;
        if (got < 0) {
            const auto error = Error::os(errno, "read", "/dev/tty");
            TRY(os::heed_interrupt());
            return error;
        }
    }
    (void)!::write(terminal, "\n", 1);
    return answer;
}

}  // namespace

partition::Manner manner(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::Manner how;
    how.dry_run = given.has("dry-run");
    how.observer.say = [&](std::string_view line) { terminal.line(line); };
    how.observer.warn = [&](std::string_view line) { terminal.warn(line); };
    how.observer.progress = [&](std::string_view line) { terminal.progress(line); };
    if (given.has('v')) how.observer.detail = [&](std::string_view line) { terminal.step(line); };
    return how;
}

Result<std::string> ask_password(std::string_view prompt) {
    const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!terminal) return Error{Kind::invalid, "-P asks for a password and needs a terminal"};
    os::catch_interrupts();  // ctrl-C must not leave the terminal silent
    const auto once = TRY(read_answer(terminal.get(), prompt));
    const auto again = TRY(read_answer(terminal.get(), "Enter it again: "));
    if (once == again) return once;
    return Error{Kind::invalid, "the two passwords differ; nothing was changed"};
}

}  // namespace cmd
