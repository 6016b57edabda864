// Both ends of a login's terminal: the caller's own one in raw mode, and the pty inside.
#pragma once
#include <termios.h>

#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace session {

/// The caller's terminal passes every byte on while this lives, and is as before afterwards.
class RawMode {
  public:
    explicit RawMode(int fd);
    RawMode(RawMode&& from) noexcept : fd_(std::exchange(from.fd_, -1)), before_(from.before_) {}
    RawMode& operator=(RawMode&&) = delete;
    ~RawMode() { restore(); }
    void apply() const;  // again, after somebody else changed it
    void restore();

  private:
    int fd_;
    termios before_ = {};
};

struct Pty {
    UniqueFd master;
    UniqueFd slave;
    std::string line;  // "pts/3"
};
/// A new pty of the /dev/pts that this process sees, set like the terminal `like`; it belongs to
/// `uid`.
Result<Pty> open_pty(int like, uid_t uid);

/// The size of one terminal for another; a terminal without a size changes nothing.
void copy_size(int from, int to);

}  // namespace session
