// Where a command's words go: lines to standard output as they happen, complaints to standard
// error.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace cli {

class Terminal {
  public:
    struct Streams {
        int output = 1;
        int errors = 2;
    };
    explicit Terminal(std::string_view command) : Terminal(command, Streams{}) {}
    Terminal(std::string_view command, Streams streams);
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    /// One line, written at once: others that share the terminal must find it in order.
    void line(std::string_view text);
    /// The same with the command's name before it when -v was given: "startwpar: Loading ...".
    void step(std::string_view text);
    /// "stopwpar: 0960-242 text" on standard output.
    void message(std::string_view id, std::string_view text);
    /// Collected, and written in one piece when a line follows or the command ends.
    void text(std::string_view text) { pending_ += text; }
    /// "mkwpar: ATTENTION: text" on standard error.
    void warn(std::string_view text);
    /// "lswpar: 0960-419 text" on standard error; the command goes on.
    void error(const Error& error);
    /// Standard error as it is: usage, what a program said.
    void complain(std::string_view text);
    /// A passing line on a terminal, overwritten by the next; nothing elsewhere.
    void progress(std::string_view text);

    void set_verbose(bool verbose) { verbose_ = verbose; }
    bool verbose() const { return verbose_; }
    bool interactive() const { return interactive_; }
    const std::string& command() const { return command_; }

    /// Writes what is pending; the first failure of standard output since the start, if there was
    /// one.
    Result<void> flush();

  private:
    void put(std::string_view text);
    void end_progress();
    std::string command_;
    Streams streams_;
    std::string pending_ = {};
    int failure_ = 0;
    bool verbose_ = false;
    bool interactive_ = false;
    bool progressing_ = false;
};

}  // namespace cli
