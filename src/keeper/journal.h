// The console's lines in systemd's journal, where there is one: journalctl WPAR=NAME.
#pragma once
#include "session/console_lines.h"
#include "session/line_budget.h"

namespace keeper {

class Journal {
  public:
    /// `name` must outlive it.
    void open(const char* name) { name_ = name; }
    void take(const char* bytes, std::size_t count, std::uint64_t now);

  private:
    void pass(std::string_view line);
    void send(std::string_view line) const;
    const char* name_ = "";
    std::uint64_t now_ = 0;
    session::ConsoleLines lines_;
    session::LineBudget budget_;
};

}  // namespace keeper
