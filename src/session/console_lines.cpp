#include "session/console_lines.h"

namespace session {

// ECMA-48: ESC [ parameters final, ESC ] string BEL or ESC \, ESC final. Bytes that no terminal would take end it.
bool ConsoleLines::is_text(char byte) {
    constexpr char escape = 0x1b;
    constexpr char bell = 0x07;
    const bool is_final = byte >= 0x40 && byte <= 0x7e;
    switch (inside_) {
        case Inside::text:
            if (byte == escape) inside_ = Inside::escape;
            return byte != escape;
        case Inside::escape:
            if (byte == '[') {
                inside_ = Inside::sequence;
            } else if (byte == ']' || byte == 'P' || byte == '^' || byte == '_') {
                inside_ = Inside::string;
            } else if (byte < 0x20 || byte > 0x2f) {
                inside_ = Inside::text;  // 0x20 to 0x2f: one more byte belongs to it
            }
            return byte == '\n';
        case Inside::sequence:
            if (is_final || byte == escape || byte == '\n') inside_ = Inside::text;
            return byte == '\n';
        case Inside::string:
            if (byte == escape) inside_ = Inside::string_escape;
            if (byte == bell || byte == '\n') inside_ = Inside::text;
            return byte == '\n';
        case Inside::string_escape:
            inside_ = Inside::text;
            return byte == '\n';
    }
    return false;
}

void ConsoleLines::end(Emit emit, void* context) {
    if (length_ > 0) emit(context, {line_, length_});
    length_ = 0;
}

void ConsoleLines::add(char byte, Emit emit, void* context) {
    if (byte == '\r') {
        returned_ = true;
        return;
    }
    if (byte == '\n') {
        returned_ = false;
        return end(emit, context);
    }
    const bool shown = static_cast<unsigned char>(byte) >= 0x20 || byte == '\t';
    if (!shown || byte == 0x7f) return;
    if (returned_) length_ = 0;
    returned_ = false;
    if (length_ == longest) end(emit, context);
    line_[length_++] = byte;
}

void ConsoleLines::feed(std::string_view bytes, Emit emit, void* context) {
    for (const char byte : bytes)
        if (is_text(byte)) add(byte, emit, context);
}

}  // namespace session
