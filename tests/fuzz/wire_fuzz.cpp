// What another host sends: greetings, heads of frames, messages.
#include <string_view>

#include "wire/frame.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)wire::parse_greeting(text);
    const auto head = wire::parse_head(text.substr(0, wire::frame_head));
    if (head && head->length > wire::longest_message) __builtin_trap();
    if (const auto message = wire::parse_message(text))
        if (wire::parse_message(wire::write(*message)) != message) __builtin_trap();
    return 0;
}
