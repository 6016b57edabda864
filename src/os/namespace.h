// Namespaces: making, opening, joining and leaving them. namespaces(7), clone(2), setns(2).
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace os {

/// "net", "mnt", "user" ... of a process, or of the caller with 0.
Result<UniqueFd> open_namespace(pid_t process, std::string_view kind);
/// Joins what the descriptor stands for: one namespace, or with a pidfd all kinds in `kinds`
/// (CLONE_NEW...).
Result<void> join_namespaces(int fd, int kinds);
/// Gets fresh ones.
Result<void> leave_namespaces(int kinds);

struct CloneCall {
    std::uint64_t flags = 0;  // CLONE_NEW...
    int cgroup = -1;          // born in it (CLONE_INTO_CGROUP)
};
struct Cloned {
    pid_t pid = 0;  // 0 in the child
    UniqueFd pidfd = UniqueFd();
};
/// A fork that starts in new namespaces. Only from a process with one thread: it skips the C
/// library's own bookkeeping.
Result<Cloned> clone_process(const CloneCall& call);

/// A child that runs `work` in our memory while we sleep, until it executes a program or ends
/// (vfork); not reaped.
Result<pid_t> vfork_process(const std::function<void()>& work);
/// Runs `work` in such a child, and reaps it. What a child
/// needs for a moment, like being in another namespace, is gone with it.
Result<void> in_child(const std::function<Result<void>()>& work);

}  // namespace os
