// The other host: a command (ssh as it is configured, or one that takes its place) that starts our program there and joins
// our stream to its. No daemon, no port of our own: who may log in there as root may move WPARs there.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "wire/stream.h"

namespace wire {

struct Destination {
    std::string host = {};                  // as ssh takes it: "root@server"
    std::vector<std::string> command = {};  // in place of ssh; the host and the program follow it
};
/// Kind::invalid for a host that ssh would take for an option or that holds control characters.
Result<void> check_destination(const Destination& to);

class Remote {
  public:
    /// There is a corral that speaks our protocol. The error says which of all that may be missing is.
    static Result<Remote> connect(const Destination& to);
    Remote(Remote&& from) noexcept;
    Remote& operator=(Remote&&) = delete;
    /// Closes the stream and waits for the command's end.
    ~Remote();

    Stream& stream() { return stream_; }
    const std::string& host() const { return host_; }
    const Greeting& greeting() const { return greeting_; }
    /// A failure of the stream with what the command said when it ended.
    Error explained(const Error& error);

  private:
    Remote(pid_t pid, std::string host, UniqueFd errors, Stream stream)
        : pid_(pid),
          host_(std::move(host)),
          errors_(std::move(errors)),
          stream_(std::move(stream)) {}
    Result<void> shake_hands();
    int end();

    pid_t pid_ = 0;
    std::string host_ = {};
    UniqueFd errors_;
    Stream stream_;
    Greeting greeting_ = {};
    int status_ = -1;
};

struct Failure {
    std::string host = {};
    int status = 0;           // as $? would show it
    std::string errors = {};  // standard error
    std::string said = {};    // standard output, which was no greeting
};
/// What it means that the command ended so, before there was a greeting.
Error explain(const Failure& failure);
/// Kind::unsupported unless both speak the same protocol.
Result<void> check_greeting(const Greeting& theirs, const std::string& host);

}  // namespace wire
