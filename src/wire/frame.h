// What travels between two hosts while a WPAR moves: frames over one byte stream, as ssh gives it. A frame is a letter,
// a length and so many bytes; a message is a word with named values, data are the bytes of a file. Whoever is at the other
// end may send anything: lengths are looked at before room is made for them, and nothing is believed that does not parse.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wire {

/// Both sides have to speak the same one: a number that changes with every message that changes.
inline constexpr unsigned protocol_version = 2;

enum class FrameKind : char { message = 'M', data = 'D' };
inline constexpr std::size_t longest_message = std::size_t{4} << 20;
inline constexpr std::size_t longest_data = std::size_t{1} << 20;

struct Message {
    std::string verb = {};
    std::map<std::string, std::string, std::less<>> values = {};

    /// "" for what is not there.
    const std::string& value(std::string_view name) const;
    /// 0 for what is no number.
    std::uint64_t number(std::string_view name) const;
    bool operator==(const Message&) const = default;
};
std::string write(const Message& message);
/// Nothing for a text that `write` would not have made.
std::optional<Message> parse_message(std::string_view text);

struct Frame {
    FrameKind kind = FrameKind::message;
    std::string bytes = {};
};
inline constexpr std::size_t frame_head = 5;
/// The five bytes before what a frame holds.
std::string head_of(FrameKind kind, std::size_t length);
struct Head {
    FrameKind kind = FrameKind::message;
    std::size_t length = 0;
};
/// Kind::invalid for a letter that nobody knows, and for more than a frame may hold.
Result<Head> parse_head(std::string_view bytes);

/// The first line that the other side says, so that whatever a login prints before it can be told from it.
std::string greeting(std::string_view version);
struct Greeting {
    unsigned protocol = 0;
    std::string version = {};
};
std::optional<Greeting> parse_greeting(std::string_view line);

}  // namespace wire
