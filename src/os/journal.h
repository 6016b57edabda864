// Entries of systemd's journal, in its native protocol: one datagram of fields (systemd.io/JOURNAL_NATIVE_PROTOCOL).
#pragma once
#include <span>
#include <string_view>

namespace os {

struct JournalField {
    std::string_view name = {};   // capital letters, digits, underscores; trusted
    std::string_view value = {};  // any bytes
};

constexpr std::size_t journal_fields_most = 8;

/// Sends one entry. Never waits and uses no heap: false when the journal is full, away, or there is none.
bool send_to_journal(std::span<const JournalField> fields);

}  // namespace os
