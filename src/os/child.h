// What a parent and a child of fork or clone need of each other.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

namespace os {

/// Waits for the end of a child of ours, whatever signal interrupts it: the status as waitpid(2) tells it.
int reap(pid_t child);

/// That status as a shell counts: what it exited with, or 128 and the number of the signal that killed it.
int exit_status(int wait_status);

/// As execve(2) takes them: into the strings, with a null pointer behind.
std::vector<char*> pointers(const std::vector<std::string>& strings);

/// In a child: every signal does what it does by default, and none is blocked.
void forget_signals();

}  // namespace os
