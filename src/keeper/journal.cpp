#include "keeper/journal.h"

#include "os/journal.h"

namespace keeper {
namespace {

// The journal has a rate limit of its own, and one that is full loses a line; the console's file still has it.
void send(void* name, std::string_view line) {
    const os::JournalField fields[] = {{"MESSAGE", line},
                                       {"PRIORITY", "6"},
                                       {"SYSLOG_IDENTIFIER", static_cast<const char*>(name)},
                                       {"WPAR", static_cast<const char*>(name)}};
    (void)os::send_to_journal(fields);
}

}  // namespace

void Journal::take(const char* bytes, std::size_t count) {
    lines_.feed({bytes, count}, send, const_cast<char*>(name_));
}

}  // namespace keeper
