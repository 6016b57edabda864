#include "cli/terminal.h"

#include <unistd.h>

#include <cerrno>

namespace cli {
namespace {

// 0, or the errno of the first failure.
int write_all(int to, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(to, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

}  // namespace

Terminal::Terminal(std::string_view command, Streams streams)
    : command_(command), streams_(streams), interactive_(::isatty(streams.output) == 1) {}

void Terminal::put(std::string_view text) {
    if (failure_ == 0) failure_ = write_all(streams_.output, text);
}

void Terminal::end_progress() {
    if (!progressing_) return;
    put("\r\033[K");
    progressing_ = false;
}

void Terminal::line(std::string_view text) {
    end_progress();
    pending_ += text;
    pending_ += '\n';
    put(pending_);
    pending_.clear();
}

void Terminal::step(std::string_view text) {
    if (verbose_)
        line(cat(command_, ": ", text));
    else
        line(text);
}

void Terminal::message(std::string_view id, std::string_view text) {
    line(cat(command_, ": ", id, " ", text));
}

void Terminal::complain(std::string_view text) {
    end_progress();
    if (!pending_.empty()) put(pending_);
    pending_.clear();
    (void)write_all(streams_.errors, text);  // there is nowhere else to tell
}

void Terminal::warn(std::string_view text) { complain(cat(command_, ": ATTENTION: ", text, "\n")); }

void Terminal::error(const Error& error) {
    complain(cat(command_, ": ", error.id, error.id.empty() ? "" : " ", error.shown(), "\n"));
}

void Terminal::progress(std::string_view text) {
    if (!interactive_) return;
    put(cat("\r\033[K", text));
    progressing_ = true;
}

Result<void> Terminal::flush() {
    end_progress();
    if (!pending_.empty()) put(pending_);
    pending_.clear();
    if (failure_ != 0) return Error::os(failure_, "write", "standard output");
    return {};
}

}  // namespace cli
