// Signals that wait for a process, by what the kernel shows of it.
#pragma once
#include <string_view>

namespace systemd {

/// `status` is the text of /proc/PID/status.
bool is_pending(std::string_view status, int signal);

}  // namespace systemd
