// What a console shows, as lines of text for a log: escape sequences and control characters are left out, and what a
// carriage return makes a terminal write over is gone. The bytes come from inside a WPAR: anything may be in them. No
// heap: the keeper uses it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace session {

class ConsoleLines {
  public:
    using Emit = void (*)(void* context, std::string_view line);
    /// Calls `emit` for each line that these bytes end; longer ones come in pieces, empty ones not at all.
    void feed(std::string_view bytes, Emit emit, void* context);

  private:
    enum class Inside : std::uint8_t { text, escape, sequence, string, string_escape };
    bool is_text(char byte);
    void add(char byte, Emit emit, void* context);
    void end(Emit emit, void* context);
    static constexpr std::size_t longest = 1024;
    char line_[longest] = {};
    std::size_t length_ = 0;
    Inside inside_ = Inside::text;
    bool returned_ = false;  // a carriage return came, and what follows decides what it meant
};

}  // namespace session
