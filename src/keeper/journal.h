// The console's lines in systemd's journal, where there is one: journalctl WPAR=NAME.
#pragma once
#include "session/console_lines.h"

namespace keeper {

class Journal {
  public:
    /// `name` must outlive it.
    void open(const char* name) { name_ = name; }
    void take(const char* bytes, std::size_t count);

  private:
    const char* name_ = "";
    session::ConsoleLines lines_;
};

}  // namespace keeper
