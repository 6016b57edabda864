// Locks that the kernel drops with their holder (open file description locks, fcntl(2)). A reader can ask who holds
// without taking anything.
#pragma once
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace os {

/// Takes an exclusive lock on one byte of an open file; false if another open file holds it.
Result<bool> try_lock(int fd, off_t byte);
/// Waits for it. EINTR comes back as Kind::interrupted.
Result<void> wait_lock(int fd, off_t byte);
/// Whether somebody else holds it; takes nothing.
Result<bool> is_locked(int fd, off_t byte);
/// Whether somebody holds the byte of the file at a path; a missing file is not locked. Of a file that an ordinary user
/// may not open, since whoever can open one can lock it, /proc/locks tells.
bool is_locked(const std::string& path, off_t byte);
/// Whether the text of /proc/locks (proc(5)) has a lock on that byte; `file` is "MAJOR:MINOR:INODE" as it writes it.
bool is_listed_lock(std::string_view locks, std::string_view file, off_t byte);

}  // namespace os
