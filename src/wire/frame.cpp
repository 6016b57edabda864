#include "wire/frame.h"

#include "base/escape.h"
#include "base/text.h"

namespace wire {
namespace {

constexpr std::string_view greeting_word = "corral-link";
constexpr std::size_t most_values = 1000;

bool is_word(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") ==
           std::string_view::npos;
}

// "name=escaped value"
bool take_value(std::string_view line, Message& message) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || !is_word(line.substr(0, equals))) return false;
    auto value = unescaped(line.substr(equals + 1));
    if (!value || message.values.size() >= most_values) return false;
    return message.values.emplace(line.substr(0, equals), *std::move(value)).second;
}

std::size_t most(FrameKind kind) {
    return kind == FrameKind::data ? longest_data : longest_message;
}

}  // namespace

const std::string& Message::value(std::string_view name) const {
    static const std::string none;
    const auto found = values.find(name);
    return found == values.end() ? none : found->second;
}

std::uint64_t Message::number(std::string_view name) const {
    return to_number(value(name)).value_or(0);
}

std::string write(const Message& message) {
    std::string text = cat(message.verb, "\n");
    for (const auto& [name, value] : message.values) text += cat(name, "=", escaped(value), "\n");
    return text;
}

std::optional<Message> parse_message(std::string_view text) {
    if (text.empty() || text.back() != '\n') return std::nullopt;
    text.remove_suffix(1);
    auto end = text.find('\n');
    Message message{.verb = std::string(text.substr(0, end))};
    if (!is_word(message.verb)) return std::nullopt;
    while (end != std::string_view::npos) {
        text.remove_prefix(end + 1);
        end = text.find('\n');
        if (!take_value(text.substr(0, end), message)) return std::nullopt;
    }
    return message;
}

std::string head_of(FrameKind kind, std::size_t length) {
    std::string head(1, static_cast<char>(kind));
    for (int shift = 24; shift >= 0; shift -= 8)
        head += static_cast<char>(static_cast<unsigned char>(length >> shift));
    return head;
}

Result<Head> parse_head(std::string_view bytes) {
    if (bytes.size() != frame_head) return Error{Kind::invalid, "a frame without a whole head"};
    Head head;
    if (bytes[0] == static_cast<char>(FrameKind::data))
        head.kind = FrameKind::data;
    else if (bytes[0] != static_cast<char>(FrameKind::message))
        return Error{Kind::invalid, "what came over the link is no frame"};
    for (const char byte : bytes.substr(1))
        head.length = head.length << 8 | static_cast<unsigned char>(byte);
    if (head.length <= most(head.kind)) return head;
    return Error{Kind::invalid, cat("a frame of ", head.length, " bytes is too long")};
}

std::string greeting(std::string_view version) {
    return cat(greeting_word, " ", protocol_version, " ", version, "\n");
}

std::optional<Greeting> parse_greeting(std::string_view line) {
    const auto parts = words(line);
    if (parts.size() != 3 || parts[0] != greeting_word) return std::nullopt;
    const auto protocol = to_number(parts[1]);
    if (!protocol || *protocol > 1'000'000) return std::nullopt;
    return Greeting{static_cast<unsigned>(*protocol), printable(parts[2].substr(0, 64))};
}

}  // namespace wire
