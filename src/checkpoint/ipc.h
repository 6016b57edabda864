// What CRIU before 4.0 does wrong on kernels since 5.19: it opens the settings and next numbers of System V objects and of
// message queues (/proc/sys/kernel/shmmax, shm_next_id, ...) in its own IPC namespace, believing that it counts where they are
// written. Its own namespace is therefore no longer the global environment's (criu.cpp), and the files of the one that
// is built are lent to it in the place of its own.
#pragma once
#include <sys/types.h>

#include "base/result.h"

namespace checkpoint {

/// `criu` in a mount namespace of its own, `process` the first of those that it builds, in its IPC namespace already.
Result<void> lend_ipc_settings(pid_t criu, pid_t process);

}  // namespace checkpoint
