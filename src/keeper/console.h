// The console of a WPAR: what is written to it is kept in a bounded file, and passed on to whoever
// watches. The writer inside never waits for a reader outside.
#pragma once
#include <sys/types.h>

#include <cstdint>

#include "session/protocol.h"

namespace keeper {

class Console {
  public:
    /// `master` -1: no console. `run_fd`: where the file is.
    void open(int master, int run_fd);
    /// What to poll for input: -1 when there is no console, or while a flood is being held back.
    int watched(std::uint64_t now);
    /// Milliseconds until a held-back flood is looked at again; -1 when nothing is held back.
    int patience(std::uint64_t now) const;
    /// Reads once: the bytes in `block`, 0 when there are none now. A console that failed is no
    /// longer watched.
    std::size_t take(char (&block)[session::protocol::console_packet]);
    void keep(const char* bytes, std::size_t count);
    /// What is kept, from `offset`; 0 at its end.
    std::size_t kept(char (&block)[session::protocol::console_packet], off_t offset) const;

  private:
    void shorten();
    int master_ = -1;
    int file_ = -1;
    off_t size_ = 0;
    std::uint64_t window_ = 0;     // when the present second of counting began
    std::uint64_t in_window_ = 0;  // bytes taken in it
};

}  // namespace keeper
