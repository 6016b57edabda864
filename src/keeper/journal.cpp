#include "keeper/journal.h"

#include <cstdio>

#include "os/journal.h"

namespace keeper {

// A journal that is full loses a line; the console's file still has it.
void Journal::send(std::string_view line) const {
    const os::JournalField fields[] = {
        {"MESSAGE", line}, {"PRIORITY", "6"}, {"SYSLOG_IDENTIFIER", name_}, {"WPAR", name_}};
    (void)os::send_to_journal(fields);
}

void Journal::pass(std::string_view line) {
    if (!budget_.allows(now_)) return;
    if (const auto lost = budget_.take_left_out()) {
        char text[64];
        const int length = std::snprintf(text, sizeof text, "%llu lines of the console left out",
                                         static_cast<unsigned long long>(lost));
        send({text, static_cast<std::size_t>(length)});
    }
    send(line);
}

void Journal::take(const char* bytes, std::size_t count, std::uint64_t now) {
    now_ = now;
    lines_.feed(
        {bytes, count},
        [](void* own, std::string_view line) { static_cast<Journal*>(own)->pass(line); }, this);
}

}  // namespace keeper
