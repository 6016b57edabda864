// /var/adm/wpars/event.log: one line per event, for people; systemd's journal, where there is one, gets the same with
// fields: journalctl WPAR=web1.
#pragma once
#include <string>
#include <string_view>

namespace registry {

enum class Severity : char { info = 'I', warning = 'W', error = 'E' };

struct Event {
    Severity severity = Severity::info;
    std::string command = {};
    std::string name = {};
    std::string text = {};
};
/// A log that cannot be written stops nobody's work.
void record(const Event& event);

}  // namespace registry
